# The private PostgreSQL of scripts/demo, and the directory it lives in. Uses cluster.sh with a
# directory that stays: programs in tree, data, socket in run, logs in log.
#
#   moodle_fdw-demo   what was chosen when it was made; that it is there says that the directory is ours
#   passwords         a pgpass file for connections over the loopback interface
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2015,SC2153 # names that the other files use and set

# What other clusters this shell knows of is none of our business.
unset PGPASSWORD PGSERVICE PGOPTIONS PGDATA PGTZ PGDATESTYLE PGHOSTADDR PGSSLMODE PGUSER PGDATABASE

demo_place() {
    local chosen=$1 home=${HOME:-}
    if [[ -z $chosen ]]; then
        if ((EUID == 0)); then chosen=/var/lib/moodle_fdw-demo; else
            [[ -n $home ]] || die "HOME is not set; name a directory: --dir DIRECTORY"
            chosen=$home/.moodle_fdw-demo
        fi
    fi
    [[ $chosen == /* ]] || chosen=$PWD/$chosen
    DEMO=$(realpath -m -- "$chosen")
    [[ $DEMO =~ ^[A-Za-z0-9_./~@+-]+$ ]] ||
        die "$DEMO: PostgreSQL's settings want a directory without spaces and quotes; --dir names another"
    # 107 bytes are what the kernel allows for a socket's path.
    ((${#DEMO} <= 80)) || die "$DEMO: too long for the path of a socket; --dir names another"
    STATE=$DEMO/moodle_fdw-demo
    CLUSTER=$DEMO
    CLUSTER_LOG=$DEMO/log/server.log
    RESULTS=$DEMO/log/setup
}

# What was chosen when it was made.
demo_load() {
    [[ -f $STATE ]] || die "there is no demo in $DEMO; scripts/demo makes one"
    [[ -r $STATE ]] || die "$STATE is another user's"
    local wanted
    wanted=$(stat -c %u "$STATE")
    [[ $wanted == "$EUID" ]] || die "$DEMO was made by $(id -nu "$wanted" 2>/dev/null || echo "user $wanted"): run this as that user"
    . "$STATE"
    demo_set_environment
}

demo_set_environment() {
    PGBIN=$DEMO/tree$("$PG_CONFIG" --bindir 2>/dev/null || echo /usr/lib/postgresql/15/bin)
    export PGHOST=$DEMO/run PGPORT=$DEMO_PORT PGUSER=postgres PGDATABASE=moodle_demo
    export PGAPPNAME=moodle_fdw-demo PGCONNECT_TIMEOUT=10
}

# demo_choose PORT SIZE TODAY: as chosen now, or, in a directory that is there, as chosen then.
demo_choose() {
    local port=$1 size=$2 today=$3
    if [[ -f $STATE ]]; then
        demo_load
        [[ -z $port || $port == "$DEMO_PORT" ]] || die "the demo in $DEMO has port $DEMO_PORT; --purge it first, or name another --dir"
        [[ -z $size || $size == "$DEMO_SIZE" ]] || die "the demo in $DEMO is the $DEMO_SIZE one; --purge it first, or name another --dir"
        [[ -z $today || $today == "$DEMO_TODAY" ]] || die "in the demo in $DEMO it is $DEMO_TODAY; --purge it first, or name another --dir"
        return
    fi
    DEMO_PORT=${port:-54329} DEMO_SIZE=${size:-full} DEMO_TODAY=${today:-$(date -u +%F)}
    [[ $DEMO_PORT =~ ^[0-9]{4,5}$ ]] && ((DEMO_PORT >= 1024 && DEMO_PORT <= 65531)) ||
        die "--port is a number from 1024 to 65531"
    [[ $(date -u -d "$DEMO_TODAY" +%F 2>/dev/null) == "$DEMO_TODAY" ]] || die "--today is a day as in 2026-11-21"
    if [[ -e $DEMO && -n $(ls -A "$DEMO" 2>/dev/null) ]]; then
        die "$DEMO is not empty and no demo; --dir names another place"
    fi
    mkdir -p "$DEMO" 2>/dev/null || die "cannot make $DEMO; --dir names a place where you may write"
    chmod 755 "$DEMO"
    printf 'DEMO_PORT=%q DEMO_SIZE=%q DEMO_TODAY=%q\n' "$DEMO_PORT" "$DEMO_SIZE" "$DEMO_TODAY" >"$STATE"
    demo_set_environment
}

# Two at a time in one directory would undo one another. Nothing that is started inherits it.
demo_lock() {
    mkdir -p "$RESULTS"
    exec 9>"$DEMO/lock"
    flock -n 9 || die "another scripts/demo is at work in $DEMO"
}

demo_is_up() { [[ -x $PGBIN/pg_isready ]] && "$PGBIN/pg_isready" -q -h "$DEMO/run" -p "$DEMO_PORT"; }

answers_on() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

demo_check_ports() {
    local port site
    if ! demo_is_up && answers_on "$DEMO_PORT"; then
        demo_busy "$DEMO_PORT"
    fi
    for site in "${DEMO_SITES[@]}"; do
        port=$(site_port "$site")
        site_is_up "$site" || ! answers_on "$port" || demo_busy "$port"
    done
}

demo_busy() {
    # A demo that has begun to be made, and no more, is not worth keeping.
    [[ -d $DEMO/data ]] || demo_remove >/dev/null
    die "port $1 is in use by another program; choose others: scripts/demo --port N takes N to N + 4"
}

demo_check_space() {
    local there wanted
    [[ ! -f $DEMO/data/PG_VERSION ]] || return 0
    there=$(df -Pm "$DEMO" | awk 'NR == 2 { print $4 }')
    wanted=$([[ $DEMO_SIZE == small ]] && echo 700 || echo 2500)
    ((there >= wanted)) || {
        demo_remove >/dev/null
        die "$DEMO has room for $there MB; $wanted MB are needed: --dir names another place"
    }
}

# demo_step WHAT COMMAND…: says what is done and how long it took; a log tells why it failed.
demo_step() {
    local what=$1 began=$SECONDS log status
    shift
    log=$RESULTS/${what//[^A-Za-z]/_}.log
    printf '%-42s' "$what …"
    # Not as a condition: within one nothing would end at what fails. What is started here must not
    # hold the lock.
    set +e
    (set -e; "$@") >"$log" 2>&1 9>&- </dev/null
    status=$?
    set -e
    if ((status == 0)); then
        printf '%4d s\n' $((SECONDS - began))
    else
        printf ' failed\n'
        sed 's/^/    | /' <(tail -n 25 "$log")
        die "$what failed; the whole of it is in $log"
    fi
}

demo_packages() { SKIP_UPDATE='' packages_install; }

# The module by PGXS, and the simulated Moodle alone, unless the tests' build has it. What is built
# for this alone is built to be there soon: without what debuggers want.
demo_build() {
    [[ -f $BUILD/build.ninja ]] || export EXTRA_CXXFLAGS=-g0
    build_module
    if [[ -f $BUILD/build.ninja ]]; then
        alone_in "$BUILD" cmake --build "$BUILD" -j "$JOBS" --target moodle_sim
        cp -f "$(sim_binary)" "$DEMO/moodle_sim.new"
    else
        alone_in "$BUILD-sim" demo_build_sim
        cp -f "$BUILD-sim/moodle_sim" "$DEMO/moodle_sim.new"
    fi
}

demo_build_sim() {
    cmake -S "$ROOT/test/sim" -B "$BUILD-sim" -G Ninja -DCMAKE_BUILD_TYPE=Demo -DCMAKE_CXX_FLAGS=-O1 \
        -DMOODLE_SIM_PRECOMPILED=ON &&
        cmake --build "$BUILD-sim" -j "$JOBS" --target moodle_sim
}

demo_start_server() {
    ! demo_is_up || return 0
    if [[ ! -f $DEMO/data/PG_VERSION ]]; then demo_make_cluster; else
        demo_programs
    fi
    # Its port may be the near end of a connection, for a while.
    wait_for 10 cluster_ctl start || { tail -n 20 "$CLUSTER_LOG"; return 1; }
    demo_make_database
}

# The programs are a copy, so that installing touches no other PostgreSQL.
demo_programs() {
    [[ -x $PGBIN/postgres ]] || cluster_copy_programs
    cluster_install
}

# As root the server is another user's process.
demo_check_passable() {
    as_server test -x "$DEMO" || {
        [[ -d $DEMO/data ]] || demo_remove >/dev/null
        die "the user ${CLUSTER_USER:-postgres}, as whom the server runs, cannot enter $DEMO: --dir names another place"
    }
}

demo_make_cluster() {
    local part
    cluster_copy_programs
    cluster_install
    [[ -f $CLUSTER_LIB/pg_cron.so ]] || die "pg_cron is missing: apt-get install postgresql-15-cron"
    rm -rf "$DEMO/data"
    for part in data run log; do mkdir -p "$DEMO/$part"; done
    chmod 700 "$DEMO/data" "$DEMO/run"
    ((EUID != 0)) || chown "${CLUSTER_USER:-postgres}" "$DEMO"/{data,run,log}
    demo_make_password
    # Who may enter the socket's directory, its owner alone, needs no password.
    (cd "$DEMO/run" && as_server "$PGBIN/initdb" -D "$DEMO/data" -U postgres --auth-local=trust \
        --auth-host=scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions)
    demo_configure
}

demo_make_password() {
    local password
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && echo "127.0.0.1:$DEMO_PORT:*:postgres:$password" >"$DEMO/passwords")
}

# The statement of a failed CREATE USER MAPPING would show a token in the log.
demo_configure() {
    cat >>"$DEMO/data/postgresql.conf" <<CONF
# scripts/demo
listen_addresses = '127.0.0.1'
port = $DEMO_PORT
unix_socket_directories = '$DEMO/run'
shared_preload_libraries = 'moodle_fdw, pg_cron'
cron.database_name = 'moodle_demo'
cron.use_background_workers = on
max_worker_processes = 24
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_level = minimal
max_wal_senders = 0
fsync = off     # what is here can be made anew
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_error_statement = panic
log_line_prefix = '%m [%p] %d '
CONF
}

demo_make_database() {
    [[ $(psql -qXAt -d postgres -c "SELECT count(*) FROM pg_database WHERE datname = 'moodle_demo'") == 1 ]] ||
        psql -qX -d postgres -c 'CREATE DATABASE moodle_demo'
    PASSWORDS=$DEMO/passwords psql -qX -v ON_ERROR_STOP=1 <<'SQL'
\set password `cut -d: -f5 "$PASSWORDS"`
ALTER ROLE postgres PASSWORD :'password';
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_cron;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
SQL
}

demo_stop() {
    sites_stop
    [[ -f $DEMO/data/postmaster.pid ]] || return 0
    cluster_ctl stop -m fast || cluster_ctl stop -m immediate || true
}

# Never a directory that this did not make.
demo_remove() {
    [[ -f $STATE ]] || die "$DEMO is no demo"
    rm -rf "${DEMO:?}"
    say "removed $DEMO"
}

# For programs: a password is needed, and is in the file.
demo_print_environment() {
    printf 'export PGHOST=%q PGPORT=%q PGUSER=postgres PGDATABASE=moodle_demo PGPASSFILE=%q\n' \
        127.0.0.1 "$DEMO_PORT" "$DEMO/passwords"
}

demo_tour() {
    psql -qX -v ON_ERROR_STOP=1 -P pager=off -P footer=off -f "$ROOT/scripts/lib/demo_tour.sql"
}

demo_farewell() {
    local again=scripts/demo
    [[ $DEMO == /var/lib/moodle_fdw-demo || $DEMO == "${HOME:-}/.moodle_fdw-demo" ]] || again+=" --dir $DEMO"
    cat <<TEXT
It is yours now, in $SECONDS seconds:

    $again --psql                 psql in it
    eval "\$($again --env)"        for other programs: Superset, DBeaver, psycopg
    $again --tour                 this once more
    $again --stop                 stops it; without --stop starts it again
    $again --purge                removes it

It lives in $DEMO, listens on 127.0.0.1:$DEMO_PORT, and reads its Moodles every night by pg_cron.
TEXT
}
