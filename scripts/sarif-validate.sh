#!/usr/bin/env bash
# Validates SARIF files with Microsoft's SARIF Multitool, the rules of GitHub
# code scanning switched on. Errors and warnings both fail: the tool itself
# exits with 0 on most of them.
#
#   scripts/sarif-validate.sh FILE...
#
# Exit status: 0 valid, 1 not valid, 2 usage, 3 npm is missing or the tool
# cannot be had.
set -euo pipefail

version=5.7.0
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ztagent/sarif-multitool-$version

[ $# -gt 0 ] || { echo "usage: $0 FILE..." >&2; exit 2; }

case $(uname -s) in
Linux) os=linux ;;
Darwin) os=darwin ;;
*) os=win32 ;;
esac
tool=$cache/node_modules/@microsoft/sarif-multitool-$os/Sarif.Multitool

if [ ! -f "$tool" ]; then
	command -v npm >/dev/null || { echo "$0: npm is missing: install Node.js, SARIF Multitool comes from its registry" >&2; exit 3; }
	mkdir -p "$cache"
	# The platform's package by its own version: the main one asks for ^$version.
	npm install --prefix "$cache" --no-audit --no-fund --ignore-scripts --loglevel=error \
		"@microsoft/sarif-multitool-$os@$version" >&2 || exit 3
	chmod +x "$tool"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for file in "$@"; do
	: >"$log"
	said=$("$tool" validate "$file" --config "$here/sarif-policy.xml" --rule-kind "Sarif;Gh;Ghas" \
		--level "Error;Warning" --output "$log" --log ForceOverwrite --quiet 2>&1) || said+=$'\n'"exit status $?"
	# Valid is only what was read, judged to the end, and left an empty list.
	if grep -q '^Analysis completed successfully' <<<"$said" &&
		grep -q '"executionSuccessful": true' "$log" &&
		grep -q '^ *"results": \[\],$' "$log" &&
		! grep -Eq ': (error|warning) |^exit status|^Done\. 0 files' <<<"$said"; then
		echo "$file: valid"
	else
		printf '%s: NOT valid\n%s\n' "$file" "$said"
		status=1
	fi
done
exit $status
