#!/usr/bin/env bash
# Takes the picture of the HTML report that the README shows, in headless
# Chromium. The picture of the table, docs/demo.svg, is drawn by the tests.
# Usage: scripts/pictures.sh PATH-TO-ZTAGENT
set -euo pipefail
ztagent=$(realpath "$1")
cd "$(dirname "$0")/.."
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo "pictures: no Chromium is installed" >&2
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$ztagent" audit -q --demo --fail-on never --unknown ignore -o "html=$work/report.html" >"$work/table.txt"
"$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
	--window-size=1200,800 --screenshot="$work/report.png" "file://$work/report.html" 2>"$work/log" ||
	{ cat "$work/log" >&2; exit 1; }
cp "$work/report.png" docs/html.png
