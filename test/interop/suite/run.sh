#!/usr/bin/env bash
# SM2, SM3 and SM4 of internal/platform/suite against npm sm-crypto-v2 (pinned) and OpenSSL 3, both ways.
set -euo pipefail
cd "$(dirname "$0")"
command -v node >/dev/null || { echo "missing: node with npm"; exit 77; }
openssl list -signature-algorithms 2>/dev/null | grep -qi sm2 || { echo "missing: OpenSSL 3 with SM2: apt-get install openssl"; exit 77; }
npm ci --ignore-scripts --no-audit --no-fund --silent
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd ../../.. && go build -o "$work/suite" ./test/interop/suite)
node others.mjs "$work/suite"
