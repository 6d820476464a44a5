# pg_regress over what a real Moodle answered (test/sql, expected, test/schedule), then the modules
# of test/modules that look at functions SQL cannot reach.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/cluster.sh"
. "$ROOT/scripts/lib/sim.sh"
. "$ROOT/scripts/lib/regress.sh"
. "$ROOT/scripts/lib/leaks.sh"

trap 'sim_stop; cluster_stop' EXIT
attempt "build" eval "build_module && build_tests" || exit 1
cluster_start
sims_start
run_regress "$ROOT"
for module in "$ROOT"/test/modules/*/; do
    [[ -f $module/Makefile ]] || continue
    name=$(basename "$module")
    attempt "$name: build" build_test_module "$module" || continue
    run_regress "$module" "$name: "
done
check_leaks
