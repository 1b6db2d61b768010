#!/usr/bin/env bash
# Cedar's own engine (npm @cedar-policy/cedar-wasm, pinned) against internal/register/access: the same policies, the same questions,
# the same decisions for the same reasons.
set -euo pipefail
cd "$(dirname "$0")"
command -v node >/dev/null || { echo "missing: node with npm"; exit 77; }
npm ci --ignore-scripts --no-audit --no-fund --silent
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd ../../.. && go build -o "$work/cedar" ./test/interop/cedar)
node compare.mjs "$work/cedar" "$@"
