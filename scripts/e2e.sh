#!/usr/bin/env bash
# Runs the built command as a user would, and looks at what it says and how it
# exits. Usage: scripts/e2e.sh PATH-TO-ZTAGENT
set -euo pipefail
ztagent=$(realpath "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

expect() { # CODE COMMAND...
	local want=$1 got=0
	shift
	"$@" >stdout 2>stderr || got=$?
	if [ "$got" != "$want" ]; then
		echo "FAILED: $* exited $got, want $want" >&2
		tail -n 20 stdout stderr >&2
		exit 1
	fi
	echo "ok: ($want) ${*/#$ztagent/ztagent}"
}

expect 1 "$ztagent" audit --demo
expect 1 "$ztagent" audit --snapshot "$root/fixtures/contoso" -o json=report.json -o sarif=report.sarif -o html=report.html
expect 0 "$ztagent" audit --snapshot "$root/fixtures/compliant"
expect 0 "$ztagent" report report.json -f markdown
expect 0 "$ztagent" checks
cd "$root" && go run ./internal/schematest/cmd "$work/report.json" docs/report.schema.json "$work/report.sarif" report/testdata/sarif-schema-2.1.0.json
