# The whole regress run with every backend under valgrind; slow, so by name only. PostgreSQL itself
# is not quiet under valgrind, so a report counts when one of its frames is ours.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/cluster.sh"
. "$ROOT/scripts/lib/sim.sh"
. "$ROOT/scripts/lib/regress.sh"

trap 'sim_stop; cluster_stop' EXIT
attempt "build" eval "build_module && build_tests" || exit 1
reports=$RESULTS/valgrind/reports
mkdir -p "$reports"
chmod 777 "$reports"

cluster_start
cluster_ctl stop -m fast
mv "$PGBIN/postgres" "$PGBIN/postgres.plain"
cat >"$PGBIN/postgres" <<WRAPPER
#!/bin/sh
exec valgrind --quiet --trace-children=yes --child-silent-after-fork=no --leak-check=no \
    --error-limit=no --num-callers=30 --log-file=$reports/%p.log \
    "$PGBIN/postgres.plain" "\$@"
WRAPPER
chmod 755 "$PGBIN/postgres"
cluster_ctl -t 300 start
sims_start
run_regress "$ROOT" "valgrind: "
cluster_ctl stop -m fast

ours() {
    # Blocks are separated by an empty line after valgrind's ==PID== prefix.
    sed 's/^==[0-9]*== \{0,1\}//' "$reports"/*.log |
        awk 'BEGIN { RS = "" } /moodle_fdw/ { print $0 "\n"; n++ } END { exit n > 0 }'
}
attempt "no report of valgrind in our code" ours || true
