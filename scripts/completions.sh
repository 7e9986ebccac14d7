#!/bin/sh
# Writes the shell completions that go into the release archives.
set -eu
mkdir -p completions
for shell in bash zsh fish powershell; do
	go run ./cmd/ztagent completion "$shell" >"completions/ztagent.$shell"
done
