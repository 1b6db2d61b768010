#!/usr/bin/env bash
# SeeClickFix's open311-validator and FixMyStreet's own Open311 client against the real program with a demo city. Both are
# run as they are, from folders of yours; nothing of theirs is kept here.
#   BANYAN_OPEN311_VALIDATOR  a checkout of SeeClickFix/open311-validator (needs ruby, ruby-httparty, ruby-rspec)
#   BANYAN_FIXMYSTREET        a checkout of mysociety/fixmystreet (needs the Perl modules named below)
set -uo pipefail
cd "$(dirname "$0")/../../.."

validator=${BANYAN_OPEN311_VALIDATOR:-} fixmystreet=${BANYAN_FIXMYSTREET:-}
lacking=()
if [ ! -f "$validator/bin/open311-validate" ]; then
	lacking+=("BANYAN_OPEN311_VALIDATOR: a checkout of https://github.com/SeeClickFix/open311-validator")
elif ! ruby -e 'require "httparty"; require "rspec/expectations"' 2>/dev/null; then
	lacking+=("ruby with httparty and rspec: apt-get install ruby ruby-httparty ruby-rspec")
	validator=
fi
if [ ! -f "$fixmystreet/perllib/Open311.pm" ]; then
	lacking+=("BANYAN_FIXMYSTREET: a checkout of https://github.com/mysociety/fixmystreet")
elif ! perl -MMoo -MMooX::Types::MooseLike -MXML::Simple -MLWP::UserAgent -MDateTime::Format::W3CDTF -MPath::Tiny -MTry::Tiny -MReadonly -MParallel::ForkManager -e 1 2>/dev/null; then
	lacking+=("Perl modules: apt-get install libmoo-perl libmoox-types-mooselike-perl libxml-simple-perl libwww-perl libdatetime-format-w3cdtf-perl libpath-tiny-perl libtry-tiny-perl libreadonly-perl libparallel-forkmanager-perl")
	fixmystreet=
fi
for what in "${lacking[@]}"; do echo "missing: $what"; done
if [ ! -f "$validator/bin/open311-validate" ] && [ ! -f "$fixmystreet/perllib/Open311.pm" ]; then
	exit 77
fi
if [ ! -x bin/banyan ]; then
	echo "missing: bin/banyan: make build"
	exit 77
fi

work=$(mktemp -d)
server=
clean() {
	[ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
	rm -rf "$work"
}
trap clean EXIT

bin/banyan init --data "$work/city" --pack packs/fuzhou --demo >"$work/init.log" 2>&1 || { cat "$work/init.log"; exit 1; }
key=$(bin/banyan key create --data "$work/city" --name FixMyStreet --scope report 2>"$work/key.log" | tail -n 1)
case $key in bk_*) ;; *) cat "$work/key.log"; echo "no key was made"; exit 1 ;; esac
bin/banyan serve --data "$work/city" --addr 127.0.0.1:0 >"$work/serve.log" 2>&1 &
server=$!
at=
for _ in $(seq 300); do
	at=$(grep -om1 'http://127.0.0.1:[0-9]*' "$work/serve.log") && curl -fs -o "$work/health" "$at/healthz" && break
	kill -0 "$server" 2>/dev/null || { cat "$work/serve.log"; exit 1; }
	sleep 0.1
done
echo "the city is at $at"

failed=0
if [ -f "$validator/bin/open311-validate" ]; then
	echo "-- open311-validator"
	for production in false true; do
		# It was written for an rspec that loaded its expectations by itself.
		(cd "$validator" && RUBYOPT=-rrspec/expectations ruby bin/open311-validate -u "$at/open311/discovery" $([ $production = true ] && echo "-p true")) >"$work/validator.log" 2>&1
		cat "$work/validator.log"
		passes=$(grep -c PASSED "$work/validator.log")
		echo "production=$production: $passes rules passed, $(grep -c FAILED "$work/validator.log") failed"
		if [ "$passes" -lt 20 ] || grep -q FAILED "$work/validator.log"; then failed=1; fi
	done
fi
if [ -f "$fixmystreet/perllib/Open311.pm" ]; then
	echo "-- FixMyStreet"
	perl -I "$fixmystreet/perllib" test/interop/open311/fixmystreet.pl "$at" "$key" || failed=1
fi
exit $failed
