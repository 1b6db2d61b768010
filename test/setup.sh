#!/usr/bin/env bash
# Brings what the tests need and the language tools do not: PostgreSQL, Chromium, a Chinese font, strace.
# Installs it from Debian when it may; otherwise says exactly what to install and fails.
set -euo pipefail

missing=()
need() { # package, then a command that succeeds when the package is there
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || missing+=("$package")
}

postgres_there() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb; }
chromium_there() { [ -x "${BANYAN_CHROMIUM:-/usr/bin/chromium}" ]; }
font_there() { compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' || { command -v fc-list && fc-list :lang=zh-cn | grep -q .; }; }

look() {
	missing=()
	need postgresql postgres_there
	need chromium chromium_there
	need fonts-noto-cjk font_there
	need strace command -v strace
}

as_root=()
may_install() {
	command -v apt-get >/dev/null || return 1
	[ "$(id -u)" -eq 0 ] && return 0
	sudo -n true 2>/dev/null && as_root=(sudo -n)
}

look
[ ${#missing[@]} -eq 0 ] && exit 0

if may_install; then
	echo "setup: installing ${missing[*]}"
	log=$(mktemp)
	if ! { "${as_root[@]}" apt-get -q update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get -q install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
	fi
	rm -f "$log"
	look
	[ ${#missing[@]} -eq 0 ] && exit 0
fi

cat >&2 <<-MESSAGE
	setup: the tests need ${missing[*]}. On Debian:

	    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}

	Elsewhere: PostgreSQL 15 or newer with initdb on the PATH, Chromium (BANYAN_CHROMIUM names the program), a Chinese font, strace.
MESSAGE
exit 1
