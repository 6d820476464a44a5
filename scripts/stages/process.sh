# test/t/*: programs that cancel, kill, restart, dump and restore. Each gets a fresh database and a
# running cluster, and may do to that cluster what it likes (scripts/cluster acts on it too).
# One passes when it exits with 0 and, if it prints TAP, kept its plan without a "not ok".
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

# Exits non-zero for a broken plan, too.
tap() {
    local status=0
    timeout "${PROCESS_TIMEOUT:-300}" "$1" </dev/null | tee "$RESULTS/$STAGE/tap" || status=$?
    ((status == 0)) || { echo "ended with $status"; return 1; }
    awk '/^1\.\.[0-9]+/ { plan = substr($1, 4); if (/# *[Ss][Kk][Ii][Pp]/) skipped = 1 }
         /^ok / || /^ok$/ { ran++ }
         /^not ok/ { ran++; if (!/# *TODO/) bad++ }
         /^Bail out!/ { bad++ }
         END { if (bad || skipped || (plan != "" && plan != ran)) {
                   printf "plan %s, ran %d, bad %d\n", plan, ran, bad; exit 1 } }' \
        "$RESULTS/$STAGE/tap"
}

mkdir -p "$RESULTS/$STAGE"
while read -r file; do
    cluster_is_up || cluster_ctl start || cluster_ctl restart -m immediate || die "the cluster is gone"
    name=$(basename "$file")
    fresh_database "t_${name//[^a-z0-9_]/_}" moodle_fdw
    attempt "$name" tap "$ROOT/$file" || true
done < <(project_files 'test/t/*.sh' 'test/t/*.py' | grep -v '/lib/')
cluster_is_up || cluster_ctl start
check_leaks
