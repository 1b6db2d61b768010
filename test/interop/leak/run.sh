#!/usr/bin/env bash
# Pictures of a list on a screen, read by Tesseract, name whose screen it was: 25 sizes, fonts and compressions.
set -euo pipefail
cd "$(dirname "$0")/../../.."
command -v tesseract >/dev/null || { echo "missing: tesseract: apt-get install tesseract-ocr"; exit 77; }
[ -d test/browser/node_modules ] || { echo "missing: the browser tests' packages: make setup"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/leak" ./test/interop/leak
node test/interop/leak/pictures.mjs "$work/leak"
