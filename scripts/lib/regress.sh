# pg_regress through `make installcheck`, each test tallied.
# shellcheck shell=bash

# run_regress DIRECTORY [PREFIX]
run_regress() {
    local directory=${1%/} prefix=${2:-} log out verdict name seen=0 failed=0 status=0
    log=$RESULTS/$STAGE/regress-$(basename "$directory").log
    mkdir -p "${log%/*}"
    out=$RESULTS/$STAGE/out-$(basename "$directory")
    mkdir -p "$out"
    ln -sfn "$directory/expected" "$out/expected"
    make -s -C "$directory" installcheck PG_CONFIG="$PG_CONFIG" REGRESS_OUT="$out" \
        >"$log" 2>&1 || status=$?
    # A test module may keep pg_regress's own place.
    [[ -f $out/regression.diffs ]] || out=$directory
    while read -r verdict name; do
        seen=$((seen + 1))
        if [[ $verdict == ok ]]; then pass "$prefix$name"; else
            failed=$((failed + 1))
            fail "$prefix$name"
        fi
    done < <(regress_verdicts "$log")
    if ((failed || status)) && [[ -s ${CLUSTER_LOG:-} ]]; then
        cp "$CLUSTER_LOG" "$log.server"
        # What a dying backend said last, or what the server said of it.
        grep -anE -B 12 -A 12 'runtime error:|Sanitizer|PANIC|server process .* (exited|was terminated)' \
            "$log.server" | head -n 80 | sed 's/^/        server | /' || true
    fi
    if ((failed)); then
        cp "$out/regression.diffs" "$log.diffs" 2>/dev/null || true
        head -n 120 "$log.diffs" | sed 's/^/        | /'
    elif ((status || !seen)); then
        fail "${prefix}installcheck" "$log"
    fi
}

# Through 15 "test NAME ... ok 12 ms" (or indented, in a group); from 16 on TAP.
regress_verdicts() {
    sed -n \
        -e 's/^\(test\|    \) *\([A-Za-z0-9_]*\) *\.\.\. *ok.*/ok \2/p' \
        -e 's/^\(test\|    \) *\([A-Za-z0-9_]*\) *\.\.\. *FAILED.*/FAILED \2/p' \
        -e 's/^ok [0-9]* *[-+] *\([A-Za-z0-9_]*\).*/ok \1/p' \
        -e 's/^not ok [0-9]* *[-+] *\([A-Za-z0-9_]*\).*/FAILED \1/p' "$1"
}

build_test_module() {
    make -C "$1" -j"$JOBS" PG_CONFIG="$PG_CONFIG" &&
        make -C "$1" install PG_CONFIG="$PG_CONFIG" DESTDIR="$CLUSTER/tree" &&
        chmod -R a+rX "$CLUSTER/tree"
}
