#!/usr/bin/env bash
# Runs every test of the house and closes with one line: "N passed, M failed".
# `make test` builds first and brings what is missing. BANYAN_TEST_POSTGRES names a server to use instead of a private one.
set -uo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
own_postgres=
clean() {
	if [ -n "$own_postgres" ]; then
		test/pg/start.sh stop
		rm -f "$BANYAN_PG_DIR.lock"
	fi
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

failed_checks=0
check() { # name, command: a check that is not a test counts only when it fails
	local name=$1
	shift
	if ! "$@"; then
		echo "FAILED: $name"
		failed_checks=$((failed_checks + 1))
	fi
}

if [ -z "${BANYAN_TEST_POSTGRES:-}" ]; then
	# In memory where there is room: each store test makes a database, and on a disk that is most of the suite's time.
	home=${TMPDIR:-/tmp}
	if [ -w /dev/shm ] && [ "$(df -Pm /dev/shm | awk 'NR==2 {print $4}')" -gt 2000 ]; then
		home=/dev/shm
	fi
	export BANYAN_PG_DIR="$home/banyan-test-pg-$$"
	own_postgres=yes
	if ! BANYAN_TEST_POSTGRES=$(test/pg/start.sh); then
		echo "PostgreSQL did not start; nothing was tested"
		exit 1
	fi
	export BANYAN_TEST_POSTGRES
fi

echo "== checks"
check format test/format.sh
check "go vet" go vet ./...
check "pack check" bin/banyan pack check packs/fuzhou packs/lianjiang
check "Cedar's own engine" test/interop/cedar/run.sh
check "the reference of SD-JWT VC" test/interop/sdjwt/run.sh
check "OpenSSL and sm-crypto-v2 by the state's algorithms" test/interop/suite/run.sh

echo "== Go on SQLite and PostgreSQL"
began=$SECONDS
go test -json -timeout 30m ./... >"$work/go.json" 2>"$work/go.err" </dev/null
go run ./test/count <"$work/go.json" 2>"$work/go.counts"
cat "$work/go.err"
read -r go_passed go_failed go_skipped <"$work/go.counts" || { go_passed=0 go_failed=1 go_skipped=0; cat "$work/go.counts"; }
echo "Go: $go_passed passed, $go_failed failed, $go_skipped skipped, $((SECONDS - began)) s with compiling"

echo "== browser"
node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=tap --test-reporter-destination="$work/browser.tap" test/browser/*.test.mjs </dev/null
browser=$?
tap() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$work/browser.tap" | tail -n 1; }
browser_passed=$(tap pass)
browser_failed=$(($(tap fail) + $(tap cancelled)))
if [ "$browser" -ne 0 ] && [ "$browser_failed" -eq 0 ]; then
	browser_failed=1
fi

failed=$((go_failed + browser_failed + failed_checks))
echo "$((go_passed + ${browser_passed:-0})) passed, $failed failed"
[ "$failed" -eq 0 ]
