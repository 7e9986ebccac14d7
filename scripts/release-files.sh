#!/bin/sh
# Writes the shell completions and man pages that go into the release archives
# and packages. SOURCE_DATE_EPOCH dates the man pages, so that two builds of one
# commit are the same.
set -eu
rm -rf completions manpages
mkdir -p completions manpages
for shell in bash zsh fish powershell; do
	go run ./cmd/ztagent completion "$shell" >"completions/ztagent.$shell"
done
go run ./cmd/ztagent man manpages
gzip -9 -n manpages/*
