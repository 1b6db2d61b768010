#!/usr/bin/env bash
# The reference implementation of SD-JWT VC (npm @sd-jwt/sd-jwt-vc, pinned) against internal/platform/sdjwt, both ways, and against the
# running program: it claims, presents and verifies a credential by the addresses in it.
set -euo pipefail
cd "$(dirname "$0")"
command -v node >/dev/null || { echo "missing: node with npm"; exit 77; }
[ -x ../../../bin/banyan ] || { echo "missing: bin/banyan: make build"; exit 77; }
npm ci --ignore-scripts --no-audit --no-fund --silent
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd ../../.. && go build -o "$work/sdjwt" ./test/interop/sdjwt)
node reference.mjs "$work/sdjwt"
node program.mjs
