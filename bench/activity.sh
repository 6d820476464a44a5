# The measures of activity; bench/README.md says what each compares.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2317 # read and set across the files

MEASURES+=(events_load activity_day dedication)

EVENTS=${BENCH_EVENTS:-1000000}
DAY=2025-03-12

# ---- a site's database beside the warehouse, and its log in moodle_stg.events -----------------

bench_site() {
    local home=$PGDATABASE
    psql -qX -d postgres -c "CREATE DATABASE bench_site" || die "no database for the site"
    zcat "$ROOT/test/data/moodle-db.sql.gz" | psql -qX -v ON_ERROR_STOP=1 -d bench_site >/dev/null ||
        die "the dump does not load"
    psql -qX -d bench_site -v "events=$EVENTS" -f "$ROOT/bench/activity_site.sql" >/dev/null ||
        die "the site cannot be made"
    PGDATABASE=$home
    quiet_sql "CREATE EXTENSION IF NOT EXISTS postgres_fdw" >/dev/null
    quiet_sql "SELECT moodle_fdw.deploy()" >/dev/null
    quiet_sql "SELECT moodle_fdw.attach_database('bench', 'postgres', host => '$PGHOST', port => $PGPORT,
        dbname => 'bench_site', username => 'postgres', password => 'unused')" >/dev/null
    quiet_sql "INSERT INTO moodle_stg.courses (instance, moodle_course_id, shortname, fullname, idnumber,
            categoryid, visible, ts_extract)
        SELECT 'bench', id, shortname, fullname, idnumber, category, visible, now() FROM bench_db.mdl_course;
        INSERT INTO moodle_stg.categories (instance, moodle_category_id, name, idnumber, parent, depth, path, ts_extract)
        SELECT 'bench', id, name, idnumber, parent, depth, path, now() FROM bench_db.mdl_course_categories;
        INSERT INTO moodle_stg.roles (instance, moodle_role_id, shortname, name, archetype, ts_extract)
        SELECT 'bench', id, shortname, name, archetype, now() FROM bench_db.mdl_role;
        CREATE PROCEDURE load_all() LANGUAGE plpgsql AS \$\$
        BEGIN
            WHILE moodle_fdw.load_events('bench') > 0 LOOP
                COMMIT;
            END LOOP;
        END \$\$" >/dev/null
    ours_events
    quiet_sql "ANALYZE moodle_stg.courses, moodle_stg.role_assignments" >/dev/null
}

EMPTY_EVENTS="TRUNCATE moodle_stg.events; DELETE FROM moodle_fdw.events_loaded; DELETE FROM moodle_fdw.usage_ahead; CHECKPOINT"

ours_events() {
    sql "CALL load_all()" "$EMPTY_EVENTS"
    same "every event is there" "$(quiet_sql "SELECT count(*), count(DISTINCT event_id) FROM moodle_stg.events")" \
        "$EVENTS|$EVENTS"
}

plain_events() {
    sql "INSERT INTO moodle_stg.events (instance, event_id, at, user_id, real_user_id, related_user_id,
            course_id, component, action, target, object_table, object_id, context_level,
            context_instance_id, origin, ip, other)
        SELECT 'bench', id, to_timestamp(timecreated), userid, realuserid, relateduserid, courseid, component,
            action, target, objecttable, objectid, contextlevel, contextinstanceid, origin, ip, other::jsonb
        FROM bench_db.mdl_logstore_standard_log" "$EMPTY_EVENTS"
}

measure_events_load() {
    once bench_site
    compare events_load 1.3 ours_events plain_events
    # The other measures read what ours has loaded.
    [[ $(quiet_sql "SELECT count(*) FROM moodle_fdw.events_loaded") == 1 ]] || ours_events
}

# ---- a day ------------------------------------------------------------------------------------

all_read() {
    once bench_site
    quiet_sql "VACUUM ANALYZE moodle_stg.events" >/dev/null
    processes "$DAY"
    quiet_sql "VACUUM ANALYZE moodle_stg.role_assignments, moodle_stg.modules" >/dev/null
    same "the day has views" "$(quiet_sql "SELECT sum(file_views + video_views + forum_views + quiz_views
            + assignment_views + url_views + other_views)
        FROM moodle_mart.activity_counts WHERE extraction_date = '$DAY'")" "$(quiet_sql "SELECT count(*) FROM moodle_stg.events
        WHERE (at AT TIME ZONE 'UTC')::date = '$DAY' AND action = 'viewed' AND target = 'course_module'")"
}

# processes DAY [MORE]: the three alone: what is read of the site before them, and learner analytics
# after them, are another matter.
processes() {
    local process
    for process in activity_counts user_counts user_activity; do
        quiet_sql "CALL moodle_fdw.run_$process('$1', backfill => true ${2:-})" >/dev/null
    done
    TOOK=$(quiet_sql "SELECT extract(epoch FROM sum(finished_at - started_at)) * 1000 FROM moodle_fdw.activity_runs
        WHERE extraction_date = '$1' AND status = 'completed' HAVING count(*) = 3")
}

ours_day() { processes "$DAY"; }

# The same over every event there is.
all_days() { processes 2025-12-31 ", from_date => '2024-01-01'"; }

# Every event is looked at and nothing done with it, by as many processes as the server will.
full_scan() {
    sql "SELECT count(*) FROM moodle_stg.events WHERE instance = 'bench' AND (at AT TIME ZONE 'UTC')::date = '$DAY'"
}

measure_activity_day() {
    once all_read
    # What has to be written for 2,000 courses is the same however few events there are.
    compare activity_day "$( ((EVENTS < 10000000)) || echo 0.02)" ours_day all_days
    compare activity_day_scan "" ours_day full_scan
}

# ---- dedication: as many rows and people as a published notebook that took twenty minutes -----

dedicated() {
    once bench_site
    quiet_sql "SELECT moodle_stg.add_events_month('2023-05-01');
        INSERT INTO moodle_stg.events (instance, event_id, at, user_id, course_id, component, action, target,
            context_level, context_instance_id, origin)
        SELECT 'notebook', nr, '2023-05-01Z'::timestamptz + make_interval(secs => (hashint8(nr) & 2147483647) % 2500000),
               1 + (hashint8(nr + 1000000) & 2147483647) % 1052, 2 + (hashint8(nr + 2000000) & 2147483647) % 12,
               'mod_page', 'viewed', 'course_module', 70, 1, 'web'
        FROM generate_series(1, 417554) nr;
        ANALYZE moodle_stg.events_2023_05" >/dev/null
}

ours_dedication() {
    sql "SELECT count(*), sum(dedication) FROM moodle_fdw.dedication('notebook', '2023-05-01', '2023-05-31')" "SET work_mem = '64MB'"
}

sorted() {
    sql "SELECT count(*) FROM (SELECT course_id, user_id, at FROM moodle_stg.events WHERE instance = 'notebook'
        ORDER BY course_id, user_id, at OFFSET 0) sorted" "SET work_mem = '64MB'; SET max_parallel_workers_per_gather = 0"
}

measure_dedication() {
    once dedicated
    compare dedication 3 ours_dedication sorted
}
