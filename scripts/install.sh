#!/usr/bin/env bash
# Installs a release of ztagent into a directory: fetches the archive for this
# machine and the checksums, and unpacks it only if they agree.
#
#   scripts/install.sh DIR [VERSION]
#
# VERSION is a release such as v1.2.3, or latest. ZTAGENT_RELEASES names another
# place than GitHub that has the releases, laid out as there.
set -euo pipefail

fail() {
	echo "install: $*" >&2
	exit 1
}

directory=${1:-}
version=${2:-latest}
releases=${ZTAGENT_RELEASES:-https://github.com/ztagent/ztagent/releases}
[ -n "$directory" ] || fail "usage: install.sh DIR [VERSION]"

# Only loopback may go without TLS, for tests.
case $releases in
https://*) protocols='=https' ;;
http://127.0.0.1:* | http://localhost:*) protocols='=http,https' ;;
*) fail "$releases is not an https address" ;;
esac
releases=${releases%/}

fetch() {
	curl --fail --silent --show-error --location --retry 3 --proto "$protocols" --proto-redir "$protocols" "$@"
}

if [ "$version" = latest ]; then
	# The page of the latest release is the one that /latest leads to.
	page=$(fetch --head --output /dev/null --write-out '%{url_effective}' "$releases/latest")
	version=${page##*/tag/}
fi
version=${version#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "'$version' is no version, such as v1.2.3"

suffix=tar.gz
program=ztagent
case $(uname -s) in
Linux) os=linux ;;
Darwin) os=darwin ;;
MINGW* | MSYS* | CYGWIN*)
	os=windows
	suffix=zip
	program=ztagent.exe
	;;
*) fail "there is no release for $(uname -s)" ;;
esac
case $(uname -m) in
x86_64 | amd64) arch=amd64 ;;
aarch64 | arm64) arch=arm64 ;;
*) fail "there is no release for $(uname -m)" ;;
esac
archive=ztagent_${version}_${os}_${arch}.${suffix}

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
fetch --output "$scratch/$archive" "$releases/download/v$version/$archive"
fetch --output "$scratch/checksums.txt" "$releases/download/v$version/checksums.txt"

expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$scratch/checksums.txt")
[[ $expected =~ ^[0-9a-f]{64}$ ]] || fail "checksums.txt of v$version has not exactly one checksum of $archive"
if command -v sha256sum >/dev/null; then
	actual=$(sha256sum <"$scratch/$archive")
else
	actual=$(shasum -a 256 <"$scratch/$archive")
fi
actual=${actual%% *}
[ "$actual" = "$expected" ] || fail "$archive has the checksum $actual, and checksums.txt says $expected"

mkdir -p -- "$directory"
if [ "$suffix" = zip ]; then
	unzip -q -o "$scratch/$archive" "$program" -d "$directory"
else
	tar -xzf "$scratch/$archive" -C "$directory" "$program"
fi
echo "installed ztagent v$version in $directory" >&2
