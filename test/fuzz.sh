#!/usr/bin/env bash
# Runs every fuzz target of the house, one after another, each for FUZZTIME (default 60s), and stops at the first finding.
# A finding is written to the package's testdata/fuzz: keep it there as a seed, fix what it shows, run again.
#
#   test/fuzz.sh               all
#   test/fuzz.sh web Redact    those whose package or name holds one of the words
set -euo pipefail
cd "$(dirname "$0")/.."

time=${FUZZTIME:-60s}
parallel=${FUZZPARALLEL:-1}
count=0
while IFS=: read -r file name; do
	package=./$(dirname "$file")
	wanted=$([ $# -eq 0 ] && echo yes || true)
	for word in "$@"; do
		case "$package $name" in *"$word"*) wanted=yes ;; esac
	done
	[ -n "$wanted" ] || continue
	echo "== $package $name for $time"
	go test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -parallel "$parallel" </dev/null
	count=$((count + 1))
done < <(grep -rno --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*(' internal web test cmd | sed 's/:[0-9]*:func \(Fuzz[A-Za-z0-9_]*\)($/:\1/' | sort)
echo "$count fuzz targets, $time each, no finding"
[ "$count" -gt 0 ]
