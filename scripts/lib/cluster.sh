# A private PostgreSQL: a copy of the installed programs with the extension in it, a data directory
# and a socket directory, all under $CLUSTER. Nothing of the system's PostgreSQL is written to, so
# no root is needed to install, and two checks do not disturb each other.
#
#   cluster_start        makes and starts it; sets CLUSTER, CLUSTER_LOG, PGBIN, PGHOST, PGPORT,
#                        PGUSER, PGDATABASE
#   cluster_install      puts the module as build_module left it into it (again)
#   cluster_stop         stops it and removes everything
#   cluster_ctl ARGS…    pg_ctl on it (restart, stop -m immediate, …)
#
# CLUSTER_CONF adds lines to postgresql.conf, CLUSTER_ENV (an array) variables to the server.
# shellcheck shell=bash

CLUSTER_ENV=()

# PostgreSQL refuses to run as root.
as_server() {
    if ((EUID == 0)); then runuser -u "${CLUSTER_USER:-postgres}" -- "$@"; else "$@"; fi
}

# The server finds its libraries relative to its own path, so a copy that keeps the layout works.
cluster_copy_programs() {
    local tree=$CLUSTER/tree bin lib share directory
    bin=$("$PG_CONFIG" --bindir)
    lib=$("$PG_CONFIG" --pkglibdir)
    share=$("$PG_CONFIG" --sharedir)
    for directory in "$bin" "$lib" "$share"; do
        mkdir -p "$tree$directory"
        (cd "$directory" && tar --exclude=./bitcode --exclude=./pgxs -chf - .) |
            tar -C "$tree$directory" -xf -
    done
    PGBIN=$tree$bin
    CLUSTER_LIB=$tree$lib
}

cluster_install() {
    make -s -C "$MODULE" install PG_CONFIG="$PG_CONFIG" DESTDIR="$CLUSTER/tree"
    chmod -R a+rX "$CLUSTER/tree"
}

# A failed or logged statement's text holds tokens where it creates a user mapping; that is
# PostgreSQL's doing. With no statement text in the log every token found there is our leak. A hung
# statement fails, rather than hold up everything.
cluster_configure() {
    cat >>"$CLUSTER/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$CLUSTER/run'
port = $PGPORT
fsync = off
full_page_writes = off
max_connections = 60
max_wal_size = 4GB
shared_buffers = 64MB
jit = off
log_min_messages = debug1
log_min_error_statement = panic
log_statement = none
log_connections = on
statement_timeout = 5min
log_line_prefix = '%m [%p] %d '
${CLUSTER_CONF:-}
CONF
}

cluster_start() {
    CLUSTER=$(mktemp -d "${TMPDIR:-/tmp}/moodle_fdw.XXXXXX")
    CLUSTER_LOG=$CLUSTER/log/server.log
    mkdir "$CLUSTER"/{run,log,data}
    chmod 755 "$CLUSTER"
    chmod 700 "$CLUSTER/data"
    ((EUID != 0)) || chown "${CLUSTER_USER:-postgres}" "$CLUSTER"/{run,log,data}
    export CLUSTER CLUSTER_LOG CLUSTER_LIB PGBIN
    export PGHOST=$CLUSTER/run PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
    # What the caller's shell says about other clusters or proxies must not reach the tests.
    unset PGPASSWORD PGSERVICE PGOPTIONS PGDATA PGTZ PGDATESTYLE
    cluster_copy_programs
    cluster_install
    # From the socket directory: a directory that the server's user may enter.
    (cd "$CLUSTER/run" && as_server "$PGBIN/initdb" -D "$CLUSTER/data" -U postgres -A trust \
        -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions) >"$CLUSTER/initdb.log" 2>&1 || {
        cat "$CLUSTER/initdb.log"
        return 1
    }
    cluster_configure
    cluster_ctl start || {
        tail -n 30 "$CLUSTER_LOG"
        return 1
    }
}

cluster_ctl() {
    (cd "$CLUSTER/run" && as_server env -u http_proxy -u https_proxy -u HTTPS_PROXY -u all_proxy \
        -u ALL_PROXY -u no_proxy -u NO_PROXY "${CLUSTER_ENV[@]}" \
        "$PGBIN/pg_ctl" -D "$CLUSTER/data" -l "$CLUSTER_LOG" -w -t 60 -s "$@")
}

cluster_is_up() { "$PGBIN/pg_isready" -q; }

cluster_stop() {
    [[ -n ${CLUSTER:-} && -d $CLUSTER ]] || return 0
    [[ ! -f $CLUSTER/data/postmaster.pid ]] || cluster_ctl stop -m immediate || true
    rm -rf "$CLUSTER"
    unset CLUSTER
}

# fresh_database NAME [EXTENSION…]: an empty one, and the default of what follows.
fresh_database() {
    local name=$1 extension
    shift
    psql -qX -d postgres -c "DROP DATABASE IF EXISTS $name WITH (FORCE)" \
        -c "CREATE DATABASE $name" 2>&1 | { grep -v 'does not exist, skipping' || true; }
    for extension in "$@"; do
        psql -qX -v ON_ERROR_STOP=1 -d "$name" -c "CREATE EXTENSION $extension"
    done
    export PGDATABASE=$name
}
