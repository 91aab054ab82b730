#!/bin/sh
# The whole life of one throw-away PostgreSQL cluster, as its owner and in a process group of its own.
# usage: postgres.sh BIN DIR BUFFERS PORT...      (tries the ports in turn, on loopback only)
# Standard input: the superuser's password on the first line; the cluster lives until standard input closes. The
# caller's end of that pipe closes however the caller ends, so a Ctrl-C or a SIGKILL leaves no server behind.
# The server never loses power while it lives, so it need not wait for the disk. Passwords go over loopback as they are:
# hashing them (SCRAM) in unoptimised test programs took four fifths of the whole suite's time.
set -u
bin=$1 dir=$2 buffers=$3
shift 3
trap '' INT TERM HUP

read -r password
printf '%s\n' "$password" >"$dir/password"
fail() {
  echo "failed"
  cat "$dir/log" >&2
  rm -rf "$dir"
  exit 1
}
"$bin/initdb" --pgdata "$dir/data" --username leadhold --pwfile "$dir/password" --auth password \
  --encoding UTF8 --no-locale --no-sync >"$dir/log" 2>&1 || fail
cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 400
timezone = 'UTC'
fsync = off
shared_buffers = $buffers
full_page_writes = off
max_wal_size = 256MB
CONF

for port in "$@"; do
  if "$bin/pg_ctl" start --pgdata "$dir/data" --wait --timeout 60 --log "$dir/log" --options "-p $port" \
    </dev/null >>"$dir/log" 2>&1; then
    echo "ready $port"
    exec >/dev/null
    cat >/dev/null
    "$bin/pg_ctl" stop --pgdata "$dir/data" --mode immediate --wait >/dev/null 2>&1
    rm -rf "$dir"
    exit 0
  fi
done
fail
