# What the measures stand on: timing, rounds, nginx, the answer table. Sourced by bench/run.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2317 # read and set across the files

ROUNDS=${BENCH_ROUNDS:-5}
USERS=${BENCH_USERS:-100000}
COURSES=${BENCH_COURSES:-1000}
BIG_BYTES=${BENCH_BIG_BYTES:-1073741824}
PYTHON=${PYTHON:-/usr/bin/python3} # the one that apt gives psycopg2 to
TOKEN=simadmin
SHORT=0

# ---- time: every side is a function that leaves its milliseconds in TOOK and its answer in ANSWER

wall() { # wall COMMAND…: a program, with its start and its end
    local begin=${EPOCHREALTIME/[.,]/} took
    ANSWER=$("$@") || die "failed: $*"
    took=$((${EPOCHREALTIME/[.,]/} - begin))
    printf -v TOOK '%d.%03d' $((took / 1000)) $((took % 1000))
}

# sql STATEMENT [BEFORE]: the statement alone is timed, in a session of its own. As curl starts
# anew each time, so do the backend, its libraries and its connections.
sql() {
    local told
    told=$(psql -XqAt -v ON_ERROR_STOP=1 ${2:+-c "$2"} -c '\timing on' -c "$1") || die "failed: $1"
    TOOK=$(sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' <<<"$told" | tail -n 1)
    ANSWER=$(grep -v '^Time: ' <<<"$told" || true)
}

quiet_sql() { psql -XqAt -v ON_ERROR_STOP=1 -c "$1" || die "failed: $1"; }

median() { printf '%s\n' "$@" | sort -g | awk '{v[NR] = $1} END {
    print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# ---- the table

# row NAME OURS REFERENCE RATIO TARGET MEASURED LIMIT: MEASURED ≤ LIMIT is ok, no LIMIT is no target.
row() {
    local verdict=-
    if [[ -n $7 ]]; then
        if awk -v a="$6" -v b="$7" 'BEGIN {exit !(a <= b)}'; then verdict=ok; else
            verdict=short
            SHORT=1
        fi
    fi
    printf '%-22s %12s %12s %8s %10s  %s\n' "$1" "$2" "$3" "$4" "$5" "$verdict"
}

seconds() { awk -v ms="$1" 'BEGIN {printf "%.3f s", ms / 1000}'; }

# ratio_row NAME LIMIT OURS_MS REFERENCE_MS
ratio_row() {
    local ratio
    ratio=$(awk -v a="$3" -v b="$4" 'BEGIN {printf "%.3f", a / b}')
    row "$1" "$(seconds "$3")" "$(seconds "$4")" "$ratio" "${2:+<= $2}" "$ratio" "$2"
}

# compare NAME LIMIT OURS REFERENCE: interleaved rounds, each starting with the other side, after
# one round that does not count.
compare() {
    local name=$1 limit=$2 ours=$3 reference=$4 round our_times=() reference_times=()
    "$reference"
    "$ours"
    for ((round = 0; round < ROUNDS; ++round)); do
        if ((round % 2)); then
            "$ours"
            our_times+=("$TOOK")
            "$reference"
            reference_times+=("$TOOK")
        else
            "$reference"
            reference_times+=("$TOOK")
            "$ours"
            our_times+=("$TOOK")
        fi
    done
    note "$name: ours ${our_times[*]} | reference ${reference_times[*]} (ms)"
    ratio_row "$name" "$limit" "$(median "${our_times[@]}")" "$(median "${reference_times[@]}")"
}

# against NAME LIMIT OURS REFERENCE_MS: the reference is arithmetic.
against() {
    local name=$1 limit=$2 ours=$3 reference=$4 round times=()
    "$ours"
    for ((round = 0; round < ROUNDS; ++round)); do
        "$ours"
        times+=("$TOOK")
    done
    note "$name: ours ${times[*]} (ms)"
    ratio_row "$name" "$limit" "$(median "${times[@]}")" "$reference"
}

# Every single time, and what was checked, for whoever doubts a median.
note() { printf '%s\n' "$*" >>"$RESULTS/bench.log"; }

same() { # same WHAT ONE OTHER: a fast wrong answer is no result
    [[ $2 == "$3" ]] || die "$1: $2 is not $3"
    note "checked: $1 ($2)"
}

# once NAME FUNCTION…: measures share what is slow to make.
declare -A MADE=()
once() {
    [[ -z ${MADE[$1]:-} ]] || return 0
    MADE[$1]=1
    note "making: $1"
    "$@"
}

# ---- programs of this folder

compile() { # compile NAME FLAG…
    local name=$1
    shift
    # CXX may be "ccache g++".
    # shellcheck disable=SC2086
    ${CXX:-g++} -std=c++20 -O2 -Wall -Wextra -Werror "$ROOT/bench/$name.cpp" -o "$WORK/$name" "$@"
}

make_generator() { compile generate_users; }
make_ref_grades() { compile ref_grades -lcurl; }
has_python_loader() { "$PYTHON" -c 'import psycopg2, requests' 2>/dev/null; }

# ---- nginx: static bodies that answer POST, and a cache in front of a simulator

NGINX_PIDS=()

# nginx_start NAME PORT SERVERS: a process of its own, in $WORK/NAME
nginx_start() {
    local home=$WORK/$1
    mkdir -p "$home"/{body,temp,cache,logs}
    ((EUID != 0)) || chown -R nobody "$home"/{temp,cache}
    nginx_configuration "$home" "$3" >"$home/nginx.conf"
    nginx -p "$home/" -e "$home/logs/error.log" -c "$home/nginx.conf" &
    NGINX_PIDS+=($!)
    wait_for 10 curl -s -o "$home/probe" "http://127.0.0.1:$2/" ||
        die "nginx does not start: $(tail -n 3 "$home/logs/error.log")"
}

nginx_configuration() { # nginx_configuration HOME SERVERS
    local user=
    ((EUID != 0)) || user="user nobody $(id -gn nobody);"
    cat <<CONF
daemon off;
worker_processes 2;
$user
pid $1/nginx.pid;
events { worker_connections 1024; }
http {
    access_log off;
    default_type application/json;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    keepalive_timeout 300s;
    client_body_in_single_buffer on;
    client_body_temp_path $1/temp/client;
    proxy_temp_path $1/temp/proxy;
    fastcgi_temp_path $1/temp/fastcgi;
    uwsgi_temp_path $1/temp/uwsgi;
    scgi_temp_path $1/temp/scgi;
    proxy_cache_path $1/cache levels=1:2 keys_zone=answers:16m max_size=20g inactive=1d
        use_temp_path=off;
$2
}
CONF
}

# POST on a file is 405 to nginx; error_page turns that into a GET of the file, answered with 200.
static_server() { # static_server PORT ROOT FILE [DIRECTIVES]
    cat <<CONF
    server {
        listen 127.0.0.1:$1;
        root $2;
        ${4:-}
        location = /webservice/rest/server.php { error_page 405 =200 /$3; return 405; }
    }
CONF
}

# What the simulator said once is a file from then on, found by the request's body: so that its
# own pace is in neither side's time.
caching_server() { # caching_server PORT UPSTREAM_PORT
    cat <<CONF
    server {
        listen 127.0.0.1:$1;
        location / {
            proxy_pass http://127.0.0.1:$2;
            proxy_http_version 1.1;
            proxy_cache answers;
            proxy_cache_methods POST;
            proxy_cache_key \$request_body;
            proxy_cache_valid 200 1d;
            proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
        }
    }
CONF
}

nginx_stop() {
    local pid
    for pid in "${NGINX_PIDS[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

# ---- foreign servers

server() { # server NAME PORT CONNECTIONS TABLE…: a server, its mapping, a schema with these tables
    local name=$1 port=$2 connections=$3 tables
    shift 3
    tables=$(IFS=,; echo "$*")
    quiet_sql "
        CREATE SERVER $name FOREIGN DATA WRAPPER moodle_fdw
            OPTIONS (url 'http://127.0.0.1:$port', max_connections '$connections');
        CREATE USER MAPPING FOR CURRENT_USER SERVER $name OPTIONS (token '$TOKEN');
        CREATE SCHEMA $name;
        IMPORT FOREIGN SCHEMA moodle LIMIT TO ($tables) FROM SERVER $name INTO $name;"
}
