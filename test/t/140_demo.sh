#!/bin/bash
# scripts/demo on its small size, with a port and a directory of its own: made, asked, stopped,
# started again, refused where it must be, and removed.
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
. "$ROOT/scripts/lib/common.sh"
set +e

BASE=$(mktemp -d "${TMPDIR:-/tmp}/moodle_demo.XXXXXX")
chmod 755 "$BASE"
PORT=$(free_port)
unset CLUSTER CLUSTER_LOG CLUSTER_LIB PGHOST PGPORT PGUSER PGDATABASE RESULTS
demo() { "$ROOT/scripts/demo" --dir "$BASE/demo" "$@"; }
trap 'demo --purge >/dev/null 2>&1; rm -rf "$BASE"' EXIT

tests=0
ok() { # ok NAME COMMAND…
    local name=$1
    shift
    tests=$((tests + 1))
    if "$@" >"$BASE/out" 2>&1; then echo "ok $tests - $name"; else
        echo "not ok $tests - $name"
        sed 's/^/# /' "$BASE/out" | tail -n 40
    fi
}
says() { # says TEXT COMMAND…: it fails, and this is what it says
    local text=$1
    shift
    if ! "$@" >"$BASE/said" 2>&1 && grep -qF -- "$text" "$BASE/said"; then return; fi
    cat "$BASE/said"
    return 1
}
gives() { # gives VALUE SQL
    local value
    value=$(demo --psql -qXAt -c "$2")
    [[ $value == "$1" ]] || { echo "$2 gives $value"; return 1; }
}
prints() { # prints TEXT COMMAND…
    local text=$1
    shift
    if "$@" >"$BASE/said" 2>&1 && grep -qF -- "$text" "$BASE/said"; then return; fi
    cat "$BASE/said"
    return 1
}
keeps_a_full_directory() {
    mkdir "$BASE/full" && touch "$BASE/full/mine"
    says "is not empty" "$ROOT/scripts/demo" --dir "$BASE/full" && [[ -f $BASE/full/mine ]]
}
refuses_a_second() {
    (
        flock 7
        says "another scripts/demo" demo --stop 7>&-
    ) 7>"$BASE/demo/lock"
}
starts_with_its_data() { demo "$@" && gives 1 'SELECT count(*) FROM moodle_fdw.runs'; }
is_removed() { demo --purge && [[ ! -e $BASE/demo ]]; }
no_process() { ! pgrep -f "$BASE/demo"; }
environment() { (eval "$(demo --env)" && [[ $(psql -qXAt -c 'SELECT current_database()') == moodle_demo ]]); }

ok "there is none to begin with" says "there is no demo" demo --stop
ok "a wrong port is refused" says "--port is a number" demo --port 80
ok "a wrong day is refused" says "--today is a day" demo --today 2026-02-30
ok "a directory with something else in it is left alone" keeps_a_full_directory
ok "it is made and shown" prints "one query, four Moodles" demo --small --port "$PORT"
ok "four instances" gives 4 'SELECT count(*) FROM moodle_fdw.instances'
ok "every step of the first refresh was completed" gives t \
    "SELECT count(*) > 40 AND bool_and(status = 'completed') FROM moodle_fdw.run_steps"
ok "what is live is what landed" gives 't' 'SELECT (SELECT count(*) FROM moodle_fdw.users) = (SELECT count(*) FROM moodle_stg.users WHERE deleted = 0)'
ok "marts of every instance" gives 4 'SELECT count(DISTINCT instance) FROM moodle_mart.course_performance WHERE graded_items > 0'
ok "directorates and units in the marts" gives t \
    'SELECT count(DISTINCT top_category_name) > 10 AND count(second_category_name) = count(*) FROM moodle_mart.course_summary'
ok "learners differ" gives t "SELECT count(*) FILTER (WHERE completed_course) > 100 AND count(*) FILTER (WHERE last_course_access IS NULL) > 10
    AND count(*) FILTER (WHERE last_course_access < now() - interval '30 days') > 50 FROM moodle_mart.course_performance WHERE counts_as_student"
ok "a database is attached to each" gives 4 'SELECT count(*) FROM moodle_fdw.databases'
ok "every event of every log was read" gives t 'SELECT count(*) > 20000 AND count(*) =
    (SELECT count(*) FROM health_db.mdl_logstore_standard_log) + (SELECT count(*) FROM education_db.mdl_logstore_standard_log)
    + (SELECT count(*) FROM administration_db.mdl_logstore_standard_log)
    + (SELECT count(*) FROM university_db.mdl_logstore_standard_log) FROM moodle_stg.events'
ok "a term's activity was counted, for every course" gives t 'SELECT count(*) = 28 * 66 AND count(*) = count(DISTINCT
    (instance, moodle_course_id, extraction_date)) AND sum(total_views) > 2000 FROM moodle_mart.user_activity'
ok "learners of every instance are judged" gives t "SELECT count(DISTINCT instance) = 4 AND count(*) FILTER (WHERE segment = 'struggling') > 50
    AND count(*) FILTER (WHERE segment = 'doing well') > 50 FROM moodle_mart.learner_segments"
ok "grades of the services are those of the databases" gives t "SELECT count(*) > 1000 AND bool_and(abs(s.finalgrade - d.finalgrade) < 0.011) FROM moodle_stg.grades s
    JOIN university_db.mdl_grade_grades d ON d.itemid = s.moodle_item_id AND d.userid = s.moodle_user_id
    WHERE s.instance = 'university'"
ok "pg_cron has the jobs" gives 2 'SELECT count(*) FROM cron.job'
ok "connection data hold" environment
ok "the tour again" prints "moodle_fdw.overview" demo --tour
ok "made again: nothing is read twice" starts_with_its_data --small
ok "another port is refused" says "has port $PORT" demo --port $((PORT == 54329 ? 54330 : 54329))
ok "a busy port is told" says "port $PORT is in use" "$ROOT/scripts/demo" --dir "$BASE/other" --port "$PORT"
ok "and nothing of it is left" test ! -e "$BASE/other"
ok "two at a time are refused" refuses_a_second
ok "stopped" demo --stop
ok "a stopped one says so" says "it is stopped" demo --tour
ok "started again, with its data" starts_with_its_data
ok "removed" is_removed
ok "no process is left" no_process
echo "1..$tests"
