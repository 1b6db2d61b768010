#!/usr/bin/env bash
# Looks for known holes in what the house uses: Go modules and the toolchain with govulncheck, npm packages with npm audit.
# Findings that docs/security.md answers are expected there by their number; any other one fails.
#
#   test/audit.sh          all
#   test/audit.sh go|npm   one of them
#
# Where the vulnerability database's own host is not reached, the newest copy that the Go module proxy has is taken
# (golang.org/x/vulndb). Where npm's audit address does not answer, that is told and fails: nothing is passed over in silence.
set -euo pipefail
cd "$(dirname "$0")/.."

# What is looked at is what deploy/dist.sh builds with.
export GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

database() {
	if curl -sf -m 10 -o /dev/null https://vuln.go.dev/index/db.json; then
		echo https://vuln.go.dev
		return
	fi
	local at folder
	at=$(cd test/audit && GOFLAGS=-mod=mod go list -m -f '{{.Version}}' golang.org/x/vulndb@latest)
	(cd test/audit && go mod download -json "golang.org/x/vulndb@$at") >"$work/module.json"
	folder=$(sed -n 's/^\t"Dir": "\(.*\)",$/\1/p' "$work/module.json")
	(cd test/audit && go run . "$folder" "$work/db") >"$work/count"
	echo "vuln.go.dev is not reached; $(cat "$work/count") reports of golang.org/x/vulndb@$at are used" >&2
	echo "file://$work/db"
}

audit_go() {
	local db
	db=$(database)
	(cd test/audit && go build -o "$work/govulncheck" golang.org/x/vuln/cmd/govulncheck)
	"$work/govulncheck" -db "$db" ./... >"$work/go.txt" || true
	grep -q 'No vulnerabilities found\|Vulnerability #\|=== Symbol' "$work/go.txt" || {
		cat "$work/go.txt"
		echo "govulncheck did not finish"
		failed=1
		return
	}
	local id
	for id in $(sed -n 's/^Vulnerability #[0-9]*: \(GO-[0-9-]*\)$/\1/p' "$work/go.txt"); do
		if grep -q "$id" docs/security.md; then
			echo "$id is answered in docs/security.md"
		else
			grep -A 12 "$id" "$work/go.txt" | sed '/^$/q'
			failed=1
		fi
	done
	tail -n 4 "$work/go.txt"
}

audit_npm() {
	local folder
	for folder in web test/browser; do
		echo "== npm audit in $folder"
		(cd "$folder" && npm audit --audit-level=low) || failed=1
	done
}

case ${1:-all} in
go) audit_go ;;
npm) audit_npm ;;
all) audit_go && audit_npm ;;
*) echo "usage: test/audit.sh [go|npm]" >&2 && exit 2 ;;
esac
exit $failed
