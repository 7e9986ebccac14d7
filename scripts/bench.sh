#!/usr/bin/env bash
# Measures the audit on generated tenants: every figure of docs/performance.md
# that is not about peers or a live tenant. Usage: scripts/bench.sh PATH-TO-ZTAGENT
#
#   BENCH_SIZES   numbers of agents (1000,10000,100000); 1000000 takes 12 GB of disk
#   BENCH_ROUNDS  rounds of which the median counts (5)
#   BENCH_DIR     where tenants are written, and removed (bin/bench)
set -euo pipefail
ztagent=$(realpath "$1")
cd "$(dirname "$0")/.."
. scripts/bench-about.sh
dir=${BENCH_DIR:-bin/bench}
mkdir -p "$dir"
go build -o bin/bench-audit ./internal/bench
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -buildid=' -o bin/bench-hello ./internal/bench/hello
bin/bench-audit audit -ztagent "$ztagent" -hello bin/bench-hello -dir "$dir" -about "$(about)" \
	-sizes "${BENCH_SIZES:-1000,10000,100000}" -rounds "${BENCH_ROUNDS:-5}"
