#!/usr/bin/env bash
# A private PostgreSQL for tests: throw-away data, no fsync, loopback and a socket only.
#
#   test/pg/start.sh          starts it (or finds it running) and prints its address
#   test/pg/start.sh again    starts one that ended or crashed again, on its data
#   test/pg/start.sh stop     stops it and removes its data
#
# It lives in $BANYAN_PG_DIR, by default a folder for temporary files named after the user. With BANYAN_PG_DURABLE=yes it
# syncs as a real server does: for tests that kill it.
# PostgreSQL refuses to run as root; as root the server runs as user postgres, or nobody.
set -euo pipefail

dir=${BANYAN_PG_DIR:-${TMPDIR:-/tmp}/banyan-pg-$(id -u)}
bin=$( (ls -d /usr/lib/postgresql/*/bin 2>/dev/null || true) | sort -V | tail -n 1)
if [ -z "$bin" ]; then
	bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
fi
if [ ! -x "$bin/initdb" ]; then
	echo "start.sh: PostgreSQL is not installed (Debian: apt-get install postgresql)" >&2
	exit 1
fi

durable=off
if [ "${BANYAN_PG_DURABLE:-}" = yes ]; then
	durable=on
fi

as_owner() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	elif id postgres >/dev/null 2>&1; then
		(cd / && setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
	else
		(cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups "$@")
	fi
}

running() {
	[ -f "$dir/port" ] && as_owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1
}

free_port() {
	local port=$((20000 + $$ % 10000))
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		port=$((port + 1))
	done
	echo "$port"
}

make_cluster() {
	rm -rf "$dir"
	mkdir -p "$dir"
	chmod 755 "$dir"
	if [ "$(id -u)" -eq 0 ]; then
		chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$dir"
	fi
	as_owner "$bin/initdb" -D "$dir/data" -U banyan --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir.log" 2>&1 || {
		cat "$dir.log" >&2
		exit 1
	}
	rm -f "$dir.log"
	cat >>"$dir/data/postgresql.conf" <<-CONF
		listen_addresses = '127.0.0.1'
		unix_socket_directories = '$dir'
		port = $1
		fsync = $durable
		synchronous_commit = $durable
		full_page_writes = $durable
		max_connections = 300
		shared_buffers = 64MB
		max_wal_size = 256MB
		autovacuum = off
		jit = off
		logging_collector = off
	CONF
}

start() {
	if ! running; then
		port=$(free_port)
		make_cluster "$port"
		launch
		echo "$port" >"$dir/port"
	fi
	address
}

launch() {
	as_owner "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/server.log" start >/dev/null 9>&- || {
		cat "$dir/server.log" >&2
		exit 1
	}
}

again() {
	if ! running; then
		launch
	fi
	address
}

address() {
	echo "postgres://banyan@127.0.0.1:$(cat "$dir/port")/postgres?sslmode=disable"
}

stop() {
	if running; then
		as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
	fi
	rm -rf "$dir"
}

# One at a time; the server itself must not inherit the lock.
exec 9>"$dir.lock"
flock 9

case ${1:-start} in
start) start ;;
again) again ;;
stop) stop ;;
*)
	echo "usage: start.sh [start|again|stop]" >&2
	exit 2
	;;
esac
