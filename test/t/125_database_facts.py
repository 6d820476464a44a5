#!/usr/bin/python3
"""What a refresh lands of a site's own database: the same from PostgreSQL and from MariaDB, to the
last hash; left to the site's server as far as that goes; cancelled, ended and unreachable databases."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import connect, done, failure, ok, one, run
from site_database import PASSWORD, MariaDB, PostgresSite
from warehouse import REFRESH, difference, doubles, last_run, wait_until

TABLES = ("users", "categories", "courses", "roles", "enrolment_methods", "enrolments", "grade_items", "grades",
          "completions")

session = connect()
run(session, "CREATE EXTENSION postgres_fdw; CREATE EXTENSION mysql_fdw")
run(session, "SELECT moodle_fdw.deploy()")
site = PostgresSite(os.environ["PGDATABASE"] + "_site")
maria = MariaDB()
maria.fill(site)


def both(sql):
    site.run(sql)
    maria.run(sql)


def landed(instance):
    """Every version of every record, by content; in rounds, since runs of the two may differ."""
    return run(session, """
        SELECT entity, unit_id, record_key, hash_content::text, is_deleted, data_json::text,
               row_number() OVER (PARTITION BY entity, unit_id, record_key ORDER BY id)
        FROM moodle_raw.landing WHERE instance = %s ORDER BY 1, 2, 3, 7""", instance)


def staged(instance):
    return {table: run(session, f"SELECT (to_jsonb(kept) - '{{instance,ts_extract}}'::text[])::text FROM moodle_stg.{table} kept "
                                "WHERE instance = %s ORDER BY 1", instance) for table in TABLES}


def same(what):
    text = difference(landed("post"), landed("maria"))
    ok(not text, f"{what}: the same versions of both", text)
    text = difference(staged("post"), staged("maria"))
    ok(not text, f"{what}: the same staging of both", text)


def rows(of_run):
    return run(session, "SELECT instance, sum(rows_new)::bigint, sum(rows_changed)::bigint, sum(rows_deleted)::bigint FROM moodle_fdw.run_steps "
                        "WHERE run_id = %s AND layer = 'database' GROUP BY 1 ORDER BY 1", of_run)


for name, database in (("post", site), ("maria", maria)):
    database.attach(session, name)
run(session, REFRESH)
ok(last_run(session)[1] == "completed", "both are read", run(session, "SELECT * FROM moodle_fdw.run_errors"))
ok(one(session, "SELECT count(*) FROM moodle_stg.grades WHERE instance = 'maria' AND finalgrade IS NOT NULL") == 18102, "grades of MariaDB")
same("first")

# Ranges of courses and joins are the site's server's to do.
for name in ("post", "maria"):
    for entity, joined in (("grade", True), ("enrolment", True), ("enrolment_method", False)):
        source = one(session, f"SELECT moodle_fdw.database_{entity}('{name}', 5, 9)")
        plan = "\n".join(row[0] for row in run(session, "EXPLAIN (VERBOSE) " + source)).lower().replace("`", "")
        asked = [line for line in plan.splitlines() if "remote query" in line or "remote sql" in line]
        ok(any(">= 5" in line and "<= 9" in line for line in asked), f"{name}: {entity}: a range of courses is asked for", plan)
        if joined:
            ok(any(" inner join " in line for line in asked), f"{name}: {entity}: joined there", plan)

# Nothing new, nothing written.
before = one(session, "SELECT max(id) FROM moodle_raw.landing")
run(session, REFRESH)
ok(one(session, "SELECT max(id) FROM moodle_raw.landing") == before, "unchanged: nothing is written")

# What changes there arrives, and what goes there goes.
both("UPDATE mdl_grade_grades SET finalgrade = finalgrade - 1.25, rawgrade = rawgrade - 1, timemodified = timemodified + 5 "
     "WHERE itemid = 126 AND finalgrade IS NOT NULL")
both("UPDATE mdl_user_enrolments SET status = 1, timemodified = timemodified + 9 WHERE id % 50 = 0")
both("DELETE FROM mdl_user_enrolments WHERE id % 70 = 1")
both("DELETE FROM mdl_grade_grades WHERE id % 500 = 3")
both("UPDATE mdl_user SET deleted = 1, username = 'x@example.com.1', firstname = 'Ünïcode 🎓 \"q\" ''s''' WHERE id = 150")
both("UPDATE mdl_role SET archetype = 'editingteacher' WHERE id = 4")
both("UPDATE mdl_course SET fullname = 'A & B <b>bold</b> 2 < 3 &eacute;' WHERE id = 14")
both("DELETE FROM mdl_course WHERE id = 24")
for table in ("enrol WHERE courseid", "grade_items WHERE courseid", "course_completions WHERE course"):
    both(f"DELETE FROM mdl_{table} = 24")
both("UPDATE mdl_course_completions SET timecompleted = timestarted + 60 WHERE userid % 7 = 0")
run(session, REFRESH)
same("changed")
changed = rows(last_run(session)[0])
ok(changed[0][1:] == changed[1][1:] and changed[0][2] > 100 and changed[0][3] > 1000, "and as many", changed)
ok(run(session, "SELECT fullname FROM moodle_stg.courses WHERE instance = 'maria' AND moodle_course_id = 14") == [("A &amp; B bold 2 &lt; 3 &eacute;",)],
   "names are as web services escape them")
ok(one(session, "SELECT count(*) FROM moodle_stg.enrolments WHERE moodle_course_id = 24") == 0
   and one(session, "SELECT count(*) FROM moodle_stg.grades WHERE moodle_course_id = 24") == 0
   and one(session, "SELECT count(*) FROM moodle_mart.course_performance WHERE moodle_course_id = 24") == 0, "of a course that is gone, nothing is left")
ok(one(session, "SELECT count(*) FROM moodle_raw.landing WHERE instance = 'post' AND entity = 'db_course' AND record_key = '24' AND is_deleted") == 1,
   "but its marks")
ok(one(session, "SELECT role_kind FROM moodle_mart.roles WHERE instance = 'maria' AND moodle_role_id = 4") == "teacher", "an archetype")
ok(one(session, "SELECT min(deleted) FROM moodle_stg.users WHERE moodle_user_id = 150") == 1, "a deletion")
ok(not doubles(session), "no version repeats another", doubles(session))
run(session, REFRESH)
ok(rows(last_run(session)[0]) == [("maria", 0, 0, 0), ("post", 0, 0, 0)], "and again, nothing")


def blocked(holder):
    """Runs a refresh of `post` whose reading of grades waits for a lock in the site's database."""
    run(holder, "BEGIN; LOCK TABLE mdl_grade_grades IN ACCESS EXCLUSIVE MODE")
    other = connect()
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(failure(other, "CALL moodle_fdw.refresh(instances => '{post}')")))
    thread.start()
    waiting = wait_until(lambda: run(session, "SELECT 1 FROM moodle_fdw.run_steps WHERE instance = 'post' AND name = 'db_grade' AND status = 'running' "
                                              "AND run_id = (SELECT max(run_id) FROM moodle_fdw.runs)")
                         and run(holder, "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'mdl_grade_grades'::regclass"))
    return other, thread, outcome, waiting


holder = connect(dbname=site.dbname)
both("UPDATE mdl_grade_grades SET feedback = 'seen' WHERE itemid = 126")
both("UPDATE mdl_user SET city = 'Bern' WHERE id = 151")
other, thread, outcome, waiting = blocked(holder)
ok(waiting, "the site's database lets it wait")
started = time.monotonic()
number = last_run(session)[0]
run(session, f"SELECT moodle_fdw.cancel_run({number})")
thread.join(20)
ok(outcome and outcome[0] is not None and outcome[0].pgcode == "57014" and time.monotonic() - started < 5, "a cancel ends the waiting",
   (outcome, time.monotonic() - started))
ok(wait_until(lambda: not run(holder, "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'mdl_grade_grades'::regclass")), "there, too")
ok(one(session, "SELECT count(*) FROM moodle_raw.landing WHERE run_id = %s", number) == 1, "what had landed is kept")
run(holder, "ROLLBACK")
run(session, "CALL moodle_fdw.refresh(instances => '{post}')")
ok(last_run(session)[0] == number and last_run(session)[2] == 1, "the same run goes on")

# Ended in the middle.
both("UPDATE mdl_grade_grades SET feedback = 'twice' WHERE itemid = 126")
other, thread, outcome, waiting = blocked(holder)
ok(waiting, "it waits again")
run(session, "SELECT pg_terminate_backend(%s)", other.get_backend_pid())
thread.join(20)
run(holder, "ROLLBACK")
number = last_run(session)[0]
run(session, "CALL moodle_fdw.refresh(instances => '{post}')")
ok(last_run(session)[:3] == (number, "completed", 1), "a session that was ended leaves what can go on", last_run(session))
run(session, "CALL moodle_fdw.refresh(instances => '{maria}')")
text = difference(staged("post"), staged("maria"))
ok(not text, "and comes to the same", text)
ok(not doubles(session), "without a double", doubles(session))

# A database that cannot be reached fails by itself.
maria.kill()
site.run("UPDATE mdl_user SET city = 'Basel' WHERE id = 151")
run(session, "SET client_min_messages = error")
started = time.monotonic()
run(session, REFRESH)
ok(last_run(session)[1] == "completed with errors", "an unreachable database is told", last_run(session))
ok(run(session, "SELECT instance, count(*) FROM moodle_fdw.run_errors WHERE run_id = %s GROUP BY 1", last_run(session)[0]) == [("maria", 1)],
   "once, and not tried again", run(session, "SELECT name, sqlstate, message FROM moodle_fdw.run_errors ORDER BY error_id DESC LIMIT 9"))
ok(run(session, "SELECT instance, city FROM moodle_stg.users WHERE moodle_user_id = 151 ORDER BY 1") == [("maria", "Bern"), ("post", "Basel")],
   "the other is read, and what was known stays")
seen = str(run(session, "SELECT * FROM moodle_fdw.run_errors"))
maria.start()
maria.run("UPDATE mdl_user SET city = 'Basel' WHERE id = 151")
run(session, REFRESH)
text = difference(staged("post"), staged("maria"))
ok(not text, "back again, all is the same", text)
maria.stop()

seen += str(run(session, "SELECT * FROM moodle_fdw.run_steps")) + str(outcome)
with open(os.environ["CLUSTER_LOG"], encoding="utf-8", errors="replace") as file:
    log = file.read()
ok(PASSWORD not in seen, "no password in errors and steps")
ok(PASSWORD not in log, "nor in the server's log")
holder.close()
run(connect(dbname="postgres"), f"DROP DATABASE {site.dbname} WITH (FORCE)")
done()
