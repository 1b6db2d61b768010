#!/usr/bin/env bash
# Runs foreign clients against the real program: every folder here has a run.sh of its own, which says what it needs.
# A folder that lacks something ends with 77 and is told of; any other failure fails the whole.
set -uo pipefail
cd "$(dirname "$0")/../.."

failed=0 missing=0 passed=0
for script in test/interop/*/run.sh; do
	echo "== $script"
	"$script"
	case $? in
	0) passed=$((passed + 1)) ;;
	77) missing=$((missing + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
done
echo "interop: $passed passed, $failed failed, $missing could not run"
[ $failed -eq 0 ]
