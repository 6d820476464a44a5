# The Superset bundle without Superset: it is as its sources say, and every chart's query gives rows.
# What Superset makes of it: scripts/dashboards test, by hand.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/cluster.sh"
. "$ROOT/scripts/lib/sim.sh"

trap 'sim_stop; cluster_stop' EXIT
attempt "build" eval "build_module && build_tests" || exit 1
CLUSTER_CONF="shared_preload_libraries = 'moodle_fdw'"
cluster_start
sims_start
fresh_database dashboards moodle_fdw

fill() {
    psql -qX -v ON_ERROR_STOP=1 -v url="$MOODLE_SIM_URL" <<'SQL'
SELECT moodle_fdw.add_instance('moodle1', :'url', token => 'simadmin', options => '{"cache_ttl": "5min"}');
CALL moodle_fdw.refresh();
SQL
}

attempt "a warehouse" fill || exit 1
log=$RESULTS/$STAGE/check.log
"$ROOT/scripts/dashboards" check >"$log" 2>&1 || true
mapfile -t results < <(grep -E '^(ok|not ok) ' "$log")
for line in "${results[@]}"; do
    case $line in
        'ok '*) pass "${line#ok }" ;;
        *) TAIL_LINES=400 fail "${line#not ok }" "$log" ;;
    esac
done
((${#results[@]})) || fail "scripts/dashboards check" "$log"
