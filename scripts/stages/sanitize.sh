# Unit tests, then the whole regress run, with AddressSanitizer and UndefinedBehaviorSanitizer.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/cluster.sh"
. "$ROOT/scripts/lib/sim.sh"
. "$ROOT/scripts/lib/unit.sh"
. "$ROOT/scripts/lib/regress.sh"

trap 'sim_stop; cluster_stop' EXIT
attempt "build" eval "build_module && build_tests && build_sanitized" || exit 1
run_unit_tests "$BUILD_SANITIZE"

# The server itself is not built with the sanitizer, so its library comes first by preload; and
# libstdc++ with it, or ASan finds no __cxa_throw to wrap. The server's own allocations end with
# its process: leaks are looked for in the unit tests.
reports=$RESULTS/sanitize/reports
mkdir -p "$reports"
chmod 777 "$reports"
gcc -shared -fPIC -O0 -Wl,-z,initfirst -o "$BUILD_SANITIZE/asan_first.so" \
    -DUBSAN_DEFAULTS="\"print_stacktrace=1:abort_on_error=1\"" \
    "$ROOT/scripts/lib/asan_first.c"
preload="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libstdc++.so)"
CLUSTER_ENV=(
    "LD_PRELOAD=$preload $BUILD_SANITIZE/asan_first.so"
    "ASAN_OPTIONS=detect_leaks=0:log_path=$reports/asan:abort_on_error=1:handle_abort=0"
)
cluster_install() {
    make -s -C "$MODULE" install PG_CONFIG="$PG_CONFIG" DESTDIR="$CLUSTER/tree"
    cp "$BUILD_SANITIZE/moodle_fdw.so" "$CLUSTER_LIB/moodle_fdw.so"
    chmod -R a+rX "$CLUSTER/tree"
}
cluster_start
sims_start
# Proof that the sanitized module is the one that runs.
preloaded() {
    psql -qXAt -c "LOAD 'moodle_fdw'" -c "SELECT pg_read_file('/proc/self/maps')" | grep libasan &&
        nm -D "$CLUSTER_LIB/moodle_fdw.so" | grep __asan_init
}
attempt "sanitized module loaded" preloaded || true
run_regress "$ROOT" "asan: "

# UBSan reports to the server's log, and a backend may die without any report.
clean() {
    local report
    for report in "$reports"/*; do [[ ! -f $report ]] || { cat "$report"; return 1; }; done
    ! grep -anE 'runtime error:|AddressSanitizer|server process .* (exited|was terminated)' \
        "$CLUSTER_LOG"
}
attempt "no report" clean || true
