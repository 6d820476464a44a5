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
story=(--seed 1 --story health --today "$(date -u +%F)" --users 80 --courses 12)
sim_start "${story[@]}"
fresh_database dashboards moodle_fdw

# A site with people who thrive and who drop out, and its own database beside it for what they did.
fill() {
    psql -qX -v ON_ERROR_STOP=1 -v url="$SIM_URL" <<'SQL'
SELECT moodle_fdw.add_instance('health', :'url', token => 'simadmin', options => '{"cache_ttl": "5min"}');
SQL
    "$SIM_BIN" "${story[@]}" --write-database health_db | psql -qX -v ON_ERROR_STOP=1
    psql -qX -v ON_ERROR_STOP=1 <<'SQL'
SELECT moodle_fdw.attach_schema('health', 'health_db');
CALL moodle_fdw.refresh();
CALL moodle_fdw.backfill_activity(current_date - 15, current_date - 1);
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

# What it is there to find: wrong_source FILE SED MESSAGE: a source changed so is told of with MESSAGE.
wrong_source() {
    rm -rf "$RESULTS/$STAGE/sources"
    cp -r "$ROOT/dashboards/sources" "$RESULTS/$STAGE/sources"
    sed -i "$2" "$RESULTS/$STAGE/sources/$1"
    ! cmp -s "$ROOT/dashboards/sources/$1" "$RESULTS/$STAGE/sources/$1" || { echo "nothing is changed"; return 1; }
    ! DASHBOARD_SOURCES=$RESULTS/$STAGE/sources "$ROOT/scripts/dashboards" check >"$RESULTS/$STAGE/wrong.log" 2>&1 &&
        grep -F -- "$3" "$RESULTS/$STAGE/wrong.log"
}

attempt "a column that is not there is found" wrong_source dashboards/institution.yaml \
    '0,/x: directorate/s//x: department/' "no column department" || true
attempt "a metric that is not there is found" wrong_source dashboards/courses.yaml \
    '0,/metrics: students/s//metrics: pupils/' "no metric pupils" || true
attempt "a misspelt key is found" wrong_source dashboards/funnel.yaml '0,/horizontal: true/s//horizontl: true/' \
    "chart has no horizontl" || true
attempt "a query that is wrong is found" wrong_source dashboards/institution.yaml \
    's/students >= 5 AND/students >= five AND/' 'column "five" does not exist' || true
attempt "a chart without rows is found" wrong_source dashboards/institution.yaml \
    's/students >= 5 AND/students >= 5000 AND/' "# no rows" || true
