# Every SQL block of README.md and docs/*.md, run over simulated Moodles, and what is printed below
# each compared with what it gives: scripts/lib/docs_check.py tells how. PAGES='README.md' scripts/check
# tour does this page alone; UPDATE_PAGES=1 writes what was given into the pages.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153,SC2016 # names that the demo's files use, and set; code in pages
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/build.sh"
. "$ROOT/scripts/lib/cluster.sh"
. "$ROOT/scripts/lib/sim.sh"
. "$ROOT/scripts/lib/demo.sh"
. "$ROOT/scripts/lib/demo_sites.sh"

trap 'sim_stop; cluster_stop' EXIT
attempt "build" eval "build_module && build_tests" || exit 1
CLUSTER_CONF="shared_preload_libraries = 'moodle_fdw, pg_cron'
cron.database_name = 'docs'
cron.use_background_workers = on
max_worker_processes = 24
timezone = 'UTC'
log_timezone = 'UTC'"
cluster_start

# The demo's Moodles, by its own code, on a day that stays and is over everywhere: numbers and dates of outputs are its.
DEMO=$CLUSTER/demo DEMO_SIZE=small DEMO_TODAY=2025-06-20
trap 'sites_stop; sim_stop; cluster_stop' EXIT
five_free_ports() {
    local offset
    for _ in {1..50}; do
        DEMO_PORT=$(free_port)
        for offset in 1 2 3 4; do
            ! (exec 3<>"/dev/tcp/127.0.0.1/$((DEMO_PORT + offset))") 2>/dev/null || continue 2
        done
        return
    done
    return 1
}

start_demo_sites() {
    five_free_ports || return
    mkdir -p "$DEMO/log"
    chmod 755 "$DEMO"
    cp "$(sim_binary)" "$DEMO/moodle_sim.new"
    demo_start_sites
}

# pg_cron is in the database "docs" alone.
demo_schedule() { :; }

world_demo() {
    fresh_database docs_demo moodle_fdw
    demo_add_instances
    demo_attach_databases
    psql -qX -v ON_ERROR_STOP=1 -v today="$DEMO_TODAY" <<'SQL'
SET client_min_messages = warning;
CALL moodle_fdw.refresh();
CALL moodle_fdw.backfill_activity(:'today'::date - 98, :'today'::date - 1);
SQL
}

# What most pages take for granted: moodle1 and moodle2, refreshed.
world_sites() {
    fresh_database docs_sites moodle_fdw
    psql -qX -v ON_ERROR_STOP=1 -v one="$MOODLE_SIM_URL" -v two="$MOODLE_SIM_2_URL" <<'SQL'
SET client_min_messages = warning;
SELECT moodle_fdw.add_instance('moodle1', :'one', token => 'simadmin');
SELECT moodle_fdw.add_instance('moodle2', :'two', token => 'simadmin');
CALL moodle_fdw.refresh();
SQL
}

# moodle1 again, with its own database beside it, in the schema moodle1_db, and its log read.
world_attached() {
    local options
    fresh_database docs_attached moodle_fdw
    read -ra options <<<"$(site_options "${DEMO_SITES[0]}")"
    "$DEMO/moodle_sim" "${options[@]}" --write-database moodle1_db | psql -qX -v ON_ERROR_STOP=1
    psql -qX -v ON_ERROR_STOP=1 -v today="$DEMO_TODAY" -v url="http://127.0.0.1:$(site_port "${DEMO_SITES[0]}")" <<'SQL'
SET client_min_messages = warning;
SELECT moodle_fdw.add_instance('moodle1', :'url', token => 'simadmin', options => '{"max_connections": "16"}');
SELECT moodle_fdw.attach_schema('moodle1', 'moodle1_db');
CALL moodle_fdw.refresh();
CALL moodle_fdw.backfill_activity(:'today'::date - 28, :'today'::date - 1);
SQL
}

world_empty() { fresh_database docs_empty; }

# A failure within must end it.
strictly() { (set -e; "$@"); }

# The token of someone who forgot a few rights: docs/quickstart.md.
NEWCOMER=full-moodle/site:viewuseridentity-moodle/course:viewhiddencourses-moodle/grade:viewhidden:simnewcomer

start_sites() {
    sim_start --seed 1 --users 200 --courses 20 --wwwroot @URL@ --token "$NEWCOMER"
    export MOODLE_SIM_URL=$SIM_URL
    sim_start --seed 2 --users 60 --courses 8 --wwwroot @URL@
    export MOODLE_SIM_2_URL=$SIM_URL
    start_demo_sites
}

start_sites
# Side by side: most of the time each waits for its Moodles.
making=()
for world in empty sites attached demo; do
    attempt "the world $world" strictly "world_$world" &
    making+=("$!")
done
for one in "${making[@]}"; do wait "$one" || exit 1; done

# What must not pass: another output than is printed, a failure, a statement that could not be run.
wrong_pages() {
    local page pages=$RESULTS/$STAGE/wrong
    mkdir -p "$pages"
    printf '%s\n' '```sql' 'SELECT 1 AS one;' '```' '' '```' ' one' '-----' '   2' '```' >"$pages/output.md"
    printf '%s\n' '```sql' 'SELECT 1 / 0;' '```' >"$pages/failure.md"
    printf '%s\n' '```sql' 'SELECT 1;' '```' '`SELECT nothing FROM nowhere`' >"$pages/text.md"
    for page in output failure text; do
        python3 "$ROOT/scripts/lib/docs_check.py" "$pages/$page.md" >"$pages/$page.log" 2>&1 || return
        grep -q "^not ok $pages/$page.md" "$pages/$page.log" || { echo "$page passed"; return 1; }
    done
}
attempt "pages that are wrong fail" wrong_pages || true

cd "$ROOT"
read -ra pages <<<"${PAGES:-$(project_files README.md 'docs/*.md' | tr '\n' ' ')}"
log=$RESULTS/$STAGE/pages.log
python3 scripts/lib/docs_check.py ${UPDATE_PAGES:+--update} "${pages[@]}" >"$log" 2>&1 || echo "not ok docs_check.py" >>"$log"
while IFS= read -r line; do
    case $line in
        'ok '*) pass "${line#ok }" ;;
        'not ok '*)
            fail "${line#not ok }"
            ;;
        *) say "        $line" ;;
    esac
done <"$log"
