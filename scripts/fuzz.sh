#!/usr/bin/env bash
# usage: scripts/fuzz.sh [TIME]
# Runs every fuzz target of every package for TIME (default 5s), and prints how
# often each was executed. All are run, and it fails when one failed.
set -uo pipefail
cd "$(dirname "$0")/.."

go=${GO:-go}
time=${1:-5s}
failed=()
count=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# Only packages whose tests have a target are built for fuzzing.
mapfile -t directories < <(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u)
for directory in "${directories[@]}"; do
	if ! targets=$("$go" test -list '^Fuzz' "$directory"); then
		echo "$targets" >&2
		failed+=("$directory")
		continue
	fi
	for target in $(grep '^Fuzz' <<<"$targets"); do
		count=$((count + 1))
		# Left alone, making an interesting input smaller may take all the time.
		if "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$directory" >"$out" 2>&1; then
			executions=$(grep -o 'execs: [0-9]*' "$out" | tail -1)
			printf '%-45s %s\n' "$directory $target" "${executions:-execs: 0}"
		else
			cat "$out" >&2
			failed+=("$directory $target")
		fi
	done
done

if [ "$count" -eq 0 ]; then
	echo "there is no fuzz target" >&2
	exit 1
fi
if [ "${#failed[@]}" -gt 0 ]; then
	printf 'failed: %s\n' "${failed[@]}" >&2
	exit 1
fi
echo "$count fuzz targets for $time each"
