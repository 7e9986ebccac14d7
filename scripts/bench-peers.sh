#!/usr/bin/env bash
# Asks the same three questions of ztagent, OPA, DuckDB and jq, on the same
# generated files, and fails when they do not give the same findings.
# Usage: scripts/bench-peers.sh PATH-TO-ZTAGENT
#
# OPA is built from source by the go command, DuckDB comes from npm, jq from the
# distribution. BENCH_SIZES (10000,100000), BENCH_ROUNDS (5) and BENCH_DIR
# (bin/bench) are those of scripts/bench.sh. At 100,000 agents OPA takes 4 GB of
# memory; larger tenants are for the others only.
set -euo pipefail
OPA_VERSION=v1.22.2
DUCKDB_VERSION=1.5.6-r.1

ztagent=$(realpath "$1")
cd "$(dirname "$0")/.."
. scripts/bench-about.sh
dir=${BENCH_DIR:-bin/bench}
tools=$PWD/bin/peers
mkdir -p "$dir" "$tools/duckdb"

for tool in node npm jq; do
	command -v "$tool" >/dev/null || { echo "$0: $tool is not installed (apt-get install nodejs npm jq)" >&2; exit 2; }
done
opa=$tools/opa-$OPA_VERSION
if [ ! -x "$opa" ]; then
	GOBIN=$tools CGO_ENABLED=0 go install -trimpath -ldflags '-s -w' "github.com/open-policy-agent/opa@$OPA_VERSION"
	mv "$tools/opa" "$opa"
fi
npm install --silent --no-save --no-audit --no-fund --prefix "$tools/duckdb" "@duckdb/node-api@$DUCKDB_VERSION" >&2

go build -o bin/bench-audit ./internal/bench
bin/bench-audit peers -ztagent "$ztagent" -opa "$opa" -duckdb "$tools/duckdb" -dir "$dir" \
	-about "$(about); OPA $OPA_VERSION, DuckDB $DUCKDB_VERSION, $(jq --version), node $(node --version)" \
	-sizes "${BENCH_SIZES:-10000,100000}" -rounds "${BENCH_ROUNDS:-5}"
