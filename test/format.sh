#!/usr/bin/env bash
# Fails with the names of Go files that gofmt would change.
set -euo pipefail
cd "$(dirname "$0")/.."
wrong=$(git ls-files -co --exclude-standard '*.go' | while read -r f; do [ -f "$f" ] && echo "$f"; done | xargs gofmt -l)
if [ -n "$wrong" ]; then
	echo "not formatted; run gofmt -w on:" >&2
	echo "$wrong" >&2
	exit 1
fi
