#!/usr/bin/env bash
# Prints the path of axe-core, the accessibility checker of the browser tests,
# after fetching it from npm on the first run. Exit status 3: npm is missing.
set -euo pipefail

version=4.14.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ztagent/axe-core-$version
file=$cache/node_modules/axe-core/axe.min.js

if [ ! -f "$file" ]; then
	command -v npm >/dev/null || { echo "$0: npm is missing: install Node.js, axe-core comes from its registry" >&2; exit 3; }
	mkdir -p "$cache"
	npm install --prefix "$cache" --no-audit --no-fund --ignore-scripts --loglevel=error "axe-core@$version" >&2
fi
echo "$file"
