# test/pgtap/*.sql over the simulated Moodle, each in a database of its own with pgtap and
# moodle_fdw in it.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/cluster.sh"
. "$ROOT/scripts/lib/sim.sh"
. "$ROOT/scripts/lib/leaks.sh"

trap 'sim_stop; cluster_stop' EXIT
attempt "build" eval "build_module && build_tests" || exit 1
cluster_start
sims_start
for file in "$ROOT"/test/pgtap/*.sql; do
    [[ -f $file ]] || continue
    name=$(basename "$file" .sql)
    fresh_database "tap_$name" pgtap moodle_fdw
    (cd "$ROOT/test/pgtap" &&
        attempt "$name" timeout 600 pg_prove --verbose --failures --dbname "$PGDATABASE" "$file") || true
done
check_leaks
