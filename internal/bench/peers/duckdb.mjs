// Runs rules.sql on a snapshot and prints a line for each finding: rule, tab, id.
//
//   node duckdb.mjs SNAPSHOT THREADS
//
// The package @duckdb/node-api is looked for from the working directory.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [snapshot, threads] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(process.cwd(), "package.json"))("@duckdb/node-api");

const quote = (text) => `'${text.replaceAll("'", "''")}'`;

// The columns "id VARCHAR, keys STRUCT(a VARCHAR, b VARCHAR)[]" one by one.
function split(columns) {
  let depth = 0;
  const parts = [""];
  for (const c of columns) {
    depth += (c === "(") - (c === ")");
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim().split(/\s+(.*)/s));
}

// {dataset: columns} as a table: of a file with an object a line directly, of a
// list as Graph returns it by taking the list apart.
function table(dataset, columns) {
  const lines = join(snapshot, `${dataset}.jsonl`);
  if (existsSync(lines)) {
    const types = split(columns).map(([name, type]) => `${quote(name)}: ${quote(type)}`);
    return `read_json(${quote(lines)}, format = 'newline_delimited', columns = {${types.join(", ")}})`;
  }
  const list = quote(join(snapshot, `${dataset}.json`));
  return `(SELECT unnest(o) FROM (SELECT unnest(value) AS o FROM read_json(${list},
    maximum_object_size = 4294967295, columns = {value: ${quote(`STRUCT(${columns})[]`)}})))`;
}

const sql = readFileSync(new URL("rules.sql", import.meta.url), "utf8")
  .replaceAll("{manifest}", join(snapshot, "manifest.json").replaceAll("'", "''"))
  .replaceAll(/\{(\w+): (\w+ [A-Z][^{}]*)\}/g, (_, dataset, columns) => table(dataset, columns));

const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
const result = await connection.runAndReadAll(sql);
process.stdout.write(result.getRows().map(([rule, id]) => `${rule}\t${id}\n`).join(""));
