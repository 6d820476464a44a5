#!/usr/bin/python3
"""A site on PostgreSQL and the same one on MariaDB come to the same figures; late, pruned and
unreachable logs; the databases' passwords stay in their mappings."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, connect, done, failure, ok, one, run
from site_database import PASSWORD, MariaDB, PostgresSite, counted, stage
from warehouse import difference

WRONG = "TokenOfThe" + "WrongOne"
SITES = ("post", "maria")
BACKFILL = "CALL moodle_fdw.backfill_activity('{}', '{}', all_courses => true)"

session = connect()
run(session, "CREATE EXTENSION postgres_fdw; CREATE EXTENSION mysql_fdw")
run(session, "SELECT moodle_fdw.deploy()")
site = PostgresSite(os.environ["PGDATABASE"] + "_site")
site.run("""
    SELECT new_course(9001, 2), new_course(9002, 2);
    SELECT new_module(90010 + nr, 9001, kind)
    FROM unnest('{resource,folder,page,forum,quiz,assign,url}'::text[]) WITH ORDINALITY part(kind, nr);
    SELECT new_role(100 + nr, 9001, 'student') FROM generate_series(1, 25) nr;
    SELECT new_role(101, 9002, 'student'), new_role(201, 9002, 'teacher');
    SELECT log_entry(format('2025-03-0%s 10:00', day), 100 + person, 9001, 90010 + module,
                     ('{mod_resource,mod_folder,mod_page,mod_forum,mod_quiz,mod_assign,mod_url}'::text[])[module])
    FROM generate_series(3, 7) day, generate_series(1, 25) person, generate_series(1, 7) module;
    SELECT log_entry(at, person, 9002, 90011) FROM unnest(ARRAY['2025-03-30 01:59:59', '2025-03-30 03:00']) at,
           unnest(ARRAY[0, 1, 101, 201]) person;
    UPDATE mdl_logstore_standard_log SET other = '{"quoted":"\\"é😀 \\u00e9\\"","n":1.50}' WHERE id % 50 = 0;
    UPDATE mdl_logstore_standard_log SET other = 'a:1:{s:1:"a";i:5;}' WHERE id % 50 = 1""")
maria = MariaDB()
maria.fill(site)


def both(sql):
    site.run(sql)
    maria.run(sql)


def same(what):
    text = difference(counted(session, "post"), counted(session, "maria"))
    ok(not text, f"{what}: the same from both", text)


# What cannot be attached tells why, and not with what.
seen = []
error = failure(session, f"SELECT moodle_fdw.attach_database('maria', 'mysql', host => '127.0.0.1', port => {maria.port}, "
                         f"username => 'reader', password => '{WRONG}')")
ok(error is not None and "Access denied" in str(error), "a wrong password", error)
seen.append(f"{error} {error.diag.context} {error.diag.message_detail} {error.diag.message_hint}")
for name, database in (("post", site), ("maria", maria)):
    database.attach(session, name)
    stage(session, name)
same("what a refresh lands")
run(session, "UPDATE moodle_fdw.databases SET events_a_batch = 7000")

run(session, BACKFILL.format("2025-03-05", "2025-03-07"))
run(session, BACKFILL.format("2025-03-30", "2025-03-30"))
run(session, BACKFILL.format("2026-11-18", "2026-11-20"))
ok(one(session, "SELECT count(*) FROM moodle_stg.events WHERE instance = 'post'") == 28590 + 875 + 8, "all events")
ok(one(session, "SELECT count(DISTINCT other) FROM moodle_stg.events WHERE other ->> 'n' = '1.50' OR other ? 'php'") == 2,
   "what else they say, as JSON or as PHP says it")
same("seven days")
ok(run(session, "SELECT extraction_date::text, file_views, num_students FROM moodle_mart.user_activity WHERE instance = 'maria' "
                "AND moodle_course_id = 9001 AND extraction_date < '2025-03-08' ORDER BY 1")
   == [("2025-03-05", 50, 25), ("2025-03-06", 50, 25), ("2025-03-07", 50, 25)], "by hand: each day 25 students, 50 files")

# Both wrappers let the site's database do what it can.
for name in SITES:
    def remote(query):
        plan = "\n".join(row[0] for row in run(session, "EXPLAIN (VERBOSE) " + query.replace("LOG", f"{name}_db.mdl_logstore_standard_log")))
        seen.append(plan)
        return plan.lower().replace("`", "")

    plan = remote("SELECT * FROM LOG WHERE id >= 5 AND id <= 9")
    ok("id >= 5" in plan and "id <= 9" in plan and "filter:" not in plan, f"{name}: a range of ids is asked for, no more", plan)
    plan = remote("SELECT max(id), count(*) FROM LOG WHERE id > 5")
    ok("max(id)" in plan.split("remote")[1], f"{name}: the log's end is asked for, not read", plan)
    plan = remote("SELECT min(id), min(timecreated), max(timecreated), count(*) FROM LOG WHERE id > 5 AND id <= 9")
    ok("max(timecreated)" in plan.split("remote")[1], f"{name}: so are the times of a range", plan)
    plan = remote("SELECT id FROM LOG WHERE id = ANY ('{5,6,7}'::bigint[])")
    ok("filter:" not in plan, f"{name}: some ids are asked for, no more", plan)

# A second day adds only its own rows.
before = {name: counted(session, name) for name in SITES}
both("INSERT INTO mdl_logstore_standard_log (id, eventname, component, action, target, crud, edulevel, contextid, contextlevel, "
     "contextinstanceid, userid, courseid, anonymous, other, timecreated, origin, ip) "
     "SELECT id + 1000000, eventname, component, action, target, crud, edulevel, contextid, contextlevel, contextinstanceid, "
     "userid, courseid, anonymous, other, timecreated + 86400 * 8, origin, ip FROM mdl_logstore_standard_log "
     "WHERE timecreated >= 1741215600 AND timecreated < 1741302000")
run(session, BACKFILL.format("2025-03-14", "2025-03-14"))
for name in SITES:
    after = counted(session, name)
    lost = {table: set(before[name][table]) - set(after[table]) for table in after}
    ok(not any(lost.values()), f"{name}: no row of another day has changed", {t: list(r)[:2] for t, r in lost.items() if r})
    ok(len(after["moodle_stg.events"]) == len(before[name]["moodle_stg.events"]) + 175, f"{name}: 175 events more")
    ok(len(after["moodle_mart.user_activity"]) == len(before[name]["moodle_mart.user_activity"]) + 35, f"{name}: 35 courses more")
same("a day later")

# Late ones, with smaller ids: of a transaction of the site that took long.
both("DELETE FROM mdl_logstore_standard_log WHERE id > 1000000 AND id % 2 = 0 AND id % 3 = 0")
run(session, "DELETE FROM moodle_stg.events WHERE event_id > 1000000")
run(session, "UPDATE moodle_fdw.events_loaded SET last_id = 1000000, rows_total = 0")
both("CREATE TABLE held AS SELECT * FROM mdl_logstore_standard_log WHERE id > 1000000 AND id % 5 = 0")
both("DELETE FROM mdl_logstore_standard_log WHERE id IN (SELECT id FROM held)")
run(session, BACKFILL.format("2025-03-13", "2025-03-13"))
late = one(session, "SELECT count(*) FROM moodle_stg.events WHERE instance = 'post' AND event_id > 1000000")
both("INSERT INTO mdl_logstore_standard_log SELECT * FROM held")
held = site.run("SELECT count(*) FROM held")[0][0]
run(session, "CALL moodle_fdw.run_activity((now() AT TIME ZONE 'Europe/Prague')::date)")
found = run(session, "SELECT rows_late FROM moodle_fdw.events_loaded ORDER BY 1")
ok(held > 10 and one(session, "SELECT count(*) FROM moodle_stg.events WHERE instance = 'post' AND event_id > 1000000") == late + held,
   "late events are found", (held, late, found))
same("late events")

# The site prunes its log: what is here stays.
kept = one(session, "SELECT count(*) FROM moodle_stg.events")
both("DELETE FROM mdl_logstore_standard_log WHERE id < 20000")
run(session, "CALL moodle_fdw.run_activity((now() AT TIME ZONE 'Europe/Prague')::date)")
both("DELETE FROM mdl_logstore_standard_log")
run(session, "CALL moodle_fdw.run_activity((now() AT TIME ZONE 'Europe/Prague')::date)")
ok(one(session, "SELECT count(*) FROM moodle_stg.events") == kept, "what the site prunes from its log stays here")
same("pruned logs")

# A log that began anew is not passed over.
both("INSERT INTO mdl_logstore_standard_log SELECT * FROM held")
both("UPDATE mdl_logstore_standard_log SET id = id - 1000000, timecreated = timecreated + 864000000")
run(session, "UPDATE moodle_fdw.events_loaded SET last_at = now() - interval '1 day'")
error = failure(session, "CALL moodle_fdw.run_activity((now() AT TIME ZONE 'Europe/Prague')::date, instances => '{maria}')")
ok(error is not None and 'the log of "maria" has begun anew' in str(error), "a log that began anew", error)
both("DELETE FROM mdl_logstore_standard_log")

# A site that cannot be reached fails; the other one goes on.
maria.kill()
run(session, "SET client_min_messages = error")
error = failure(session, BACKFILL.format("2025-03-10", "2025-03-10"))
ok(error is not None and "maria" in str(error), "an unreachable site is an error at the end", error)
seen.append(str(error))
ok(dict(run(session, "SELECT instance, array_agg(DISTINCT status)::text FROM moodle_fdw.activity_status "
                     "WHERE extraction_date = '2025-03-10' GROUP BY 1")) == {"post": "{completed}", "maria": "{failed}"},
   "it has failed, and the other is completed", run(session, "SELECT * FROM moodle_fdw.activity_status WHERE extraction_date = '2025-03-10'"))
ok(run(session, "SELECT DISTINCT status FROM moodle_fdw.log_scheduler WHERE instance = 'maria' AND extraction_date = '2025-03-10'") == [(3,)],
   "nor is it finished for log_scheduler")
error = failure(session, BACKFILL.format("2025-03-11", "2025-03-11").replace("all_courses", "instances => '{maria}', all_courses"))
ok(error is not None and str(error).startswith('activity of "maria" failed: '), "alone, its own error", error)
seen.append(str(error))
maria.start()
run(session, BACKFILL.format("2025-03-10", "2025-03-10"))
same("back again")
maria.stop()

# Two loads that have read the table, and then each want a month that is not there.
loads = [Query(f"""DO $$ BEGIN
    PERFORM count(*) FROM moodle_stg.events;
    PERFORM pg_sleep(0.5);
    PERFORM moodle_stg.add_events_month('{month}');
    PERFORM pg_sleep(0.2); END $$""") for month in ("2031-01-01", "2031-02-01")]
for load in loads:
    load.join(20)
ok([load.error for load in loads] == [None, None]
   and one(session, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'moodle_stg.events'::regclass "
                    "AND inhrelid::regclass::text ~ 'events_2031_0[12]'") == 2,
   "two loads make months at the same time", [load.error for load in loads])

text = "\n".join(seen + [str(row) for row in run(session, "SELECT * FROM moodle_fdw.activity_runs")]
                 + [str(row) for row in run(session, "SELECT * FROM moodle_fdw.databases")]
                 + [str(row) for row in run(session, "SELECT srvname, srvoptions FROM pg_foreign_server")])
with open(os.environ["CLUSTER_LOG"], encoding="utf-8", errors="replace") as file:
    log = file.read()
for secret in (PASSWORD, WRONG):
    ok(secret not in text, "no password in an error, a plan, a table")
    ok(secret not in log, "nor in the server's log", [line for line in log.splitlines() if secret in line][:2])
run(connect(dbname="postgres"), f"DROP DATABASE {site.dbname} WITH (FORCE)")
done()
