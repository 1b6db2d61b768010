#!/bin/sh
# Fuzzes the JSON API by its own document with schemathesis (PyPI, pinned): a real program, a demo city, a free port.
# usage: test/interop/openapi/run.sh [FOLDER]     FOLDER keeps the Python environment between runs; else it is made anew
# env:   EXAMPLES (default 40) examples for each operation; SEED; BANYAN_DB=postgres://… for a store on PostgreSQL
set -eu
cd "$(dirname "$0")/../../.."
version=4.32.5
work=$(mktemp -d)
keep=${1:-$work}
pid=
finish() {
	code=$?
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	rm -rf "$work"
	exit "$code"
}
trap finish EXIT INT TERM

if ! "$keep/venv/bin/st" --version 2>/dev/null | grep -q "$version"; then
	command -v python3 >/dev/null || { echo "needs python3 with venv: apt-get install python3-venv" >&2; exit 2; }
	python3 -m venv "$keep/venv"
	"$keep/venv/bin/pip" install --quiet "schemathesis==$version"
fi

make -s build
db=${BANYAN_DB:+--db "$BANYAN_DB"}
# shellcheck disable=SC2086 # an option and its value
bin/banyan init --data "$work/data" --pack packs/fuzhou --demo $db
# shellcheck disable=SC2086
key=$(bin/banyan key create --data "$work/data" --name schemathesis --per-second 5000 $db \
	--scope report,cases.read,cases.write,words.read,rates.read,export,webhooks \
	--role call_taker,dispatcher,followup,supervisor,arbiter,brain 2>"$work/key")
# shellcheck disable=SC2086
bin/banyan grant give --data "$work/data" --to "$(sed -n 's/^key \([0-9A-Z]*\) of.*/\1/p' "$work/key")" --purpose handling --law "test of the interface" --reason "test of the interface" $db \
	--use intake,dispatch,handling,call,followup,ruling,oversight --field name,phone,words,address,photos,masked --daily 100000 >/dev/null
# shellcheck disable=SC2086
bin/banyan serve --data "$work/data" --addr 127.0.0.1:0 $db >"$work/out" 2>"$work/log" &
pid=$!
tries=0
until base=$(sed -n 's/.* on \(http:.*\)$/\1/p' "$work/out") && [ -n "$base" ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 300 ] || { echo "the program does not start:" >&2; cat "$work/log" >&2; exit 1; }
	sleep 0.1
done

cd "$work"
# Most random words are refused rightly (no such unit, no such kind): positive_data_acceptance does not apply.
"$keep/venv/bin/st" run "$base/api/v1/openapi.json" --header "Authorization: Bearer $key" \
	--exclude-checks positive_data_acceptance --max-examples "${EXAMPLES:-40}" --workers 1 \
	--phases examples,coverage,fuzzing,stateful --suppress-health-check all --continue-on-failure --warnings off ${SEED:+--seed "$SEED"}
if grep -E "level=ERROR|panic" "$work/log"; then
	echo "the program's log tells of mistakes" >&2
	exit 1
fi
