# Sourced first by every script here: where things are, and how a result is told.
# shellcheck shell=bash
set -euo pipefail

ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
RESULTS=${RESULTS:-$ROOT/results/check}
STAGE=${STAGE:-hand}
JOBS=${JOBS:-$(nproc)}
PG_CONFIG=${PG_CONFIG:-pg_config}
export ROOT RESULTS STAGE JOBS PG_CONFIG

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# One line of the tally is one thing that was checked; scripts/check counts the lines.
pass() {
    printf 'ok\t%s\t%s\n' "$STAGE" "$1" >>"$RESULTS/tally"
    say "ok      $1"
}

# fail NAME [LOG]: the end of LOG tells why.
fail() {
    printf 'not ok\t%s\t%s\n' "$STAGE" "$1" >>"$RESULTS/tally"
    say "FAILED  $1"
    if [[ -n ${2:-} && -s ${2:-} ]]; then
        say "        last lines of ${2#"$ROOT"/}:"
        tail -n "${TAIL_LINES:-40}" "$2" | sed 's/^/        | /'
    fi
}

# attempt NAME COMMAND…: passes or fails by the command's exit code, its output kept in a log.
attempt() {
    local name=$1 log
    shift
    log=$RESULTS/$STAGE/${name//[^A-Za-z0-9._-]/_}.log
    mkdir -p "${log%/*}"
    if "$@" >"$log" 2>&1; then pass "$name"; else
        fail "$name" "$log"
        return 1
    fi
}

# Files of the project by pattern, without what is ignored; also in a tree without .git.
project_files() {
    if git -C "$ROOT" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -C "$ROOT" ls-files --cached --others --exclude-standard -- "$@" |
            while IFS= read -r file; do [[ ! -e $ROOT/$file ]] || printf '%s\n' "$file"; done
    else
        local pattern
        for pattern in "$@"; do
            (cd "$ROOT" && find . -path "./$pattern" -type f -not -path './build/*' \
                -not -path './results/*' -printf '%P\n')
        done
    fi | sort -u
}

free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || {
            echo "$port"
            return
        }
    done
    die "no free port found"
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}
