#!/usr/bin/python3
"""Learner analytics of a site on PostgreSQL and the same one on MariaDB come to the same; a run that is
killed is taken up where it stopped."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import connect, done, failure, ok, one, run
from site_database import MariaDB, PostgresSite, stage
from warehouse import difference

TABLES = ["moodle_stg." + name for name in ("learners", "submissions", "quiz_attempts", "posts", "due_dates", "group_members",
                                            "assignment_grades", "grade_history")] + [
    "moodle_mart." + name for name in ("learner_weeks", "course_weeks", "usage_hours", "resource_weeks", "resource_totals",
                                       "forum_weeks", "teacher_weeks", "grade_steps", "learner_states")]

session = connect()
run(session, "CREATE EXTENSION postgres_fdw; CREATE EXTENSION mysql_fdw")
run(session, "SELECT moodle_fdw.deploy()")
site = PostgresSite(os.environ["PGDATABASE"] + "_site")
maria = MariaDB()
maria.fill(site)


def kept(instance):
    return {table: run(session, f"SELECT (to_jsonb(kept) - '{{instance,ts_extract,ts_generated,listed_at}}'::text[])::text "
                                f"FROM {table} kept WHERE instance = %s ORDER BY 1", instance) for table in TABLES}


def same(what):
    text = difference(kept("post"), kept("maria"))
    ok(not text, f"{what}: the same from both", text)


for name, database in (("post", site), ("maria", maria)):
    database.attach(session, name)
    stage(session, name)
run(session, "CALL moodle_fdw.run_analytics()")
before = kept("post")
ok(all(before.values()), "no table is empty", [table for table, rows in before.items() if not rows])
same("all of it")

# What changes there.
for where in (site, maria):
    where.run("UPDATE mdl_assign_submission SET status = 'submitted', timemodified = 1795500000 WHERE status = 'draft' AND id % 2 = 0")
    where.run("DELETE FROM mdl_forum_posts WHERE id % 10 = 0 AND parent > 0")
    where.run("UPDATE mdl_quiz_attempts SET state = 'finished', timefinish = 1795500000, timemodified = 1795500000 "
              "WHERE state = 'inprogress'")
    where.run("UPDATE mdl_assign SET duedate = duedate + 86400 WHERE duedate > 0 AND id % 2 = 0")
    where.run("INSERT INTO mdl_grade_grades_history (id, action, oldid, source, timemodified, loggeduser, itemid, userid, finalgrade, "
              "rawgrademax, rawgrademin, overridden, hidden, locked, locktime, exported, excluded, feedbackformat, informationformat) "
              "SELECT id + 100000, 2, oldid, 'gradebook', 1795500000, 2, itemid, userid, 1, rawgrademax, rawgrademin, 0, 0, 0, 0, 0, "
              "0, 0, 0 FROM mdl_grade_grades_history WHERE id % 100 = 0 AND finalgrade > 1")
run(session, "CALL moodle_fdw.run_analytics()")
after = kept("post")
for table in ("submissions", "posts", "quiz_attempts", "due_dates", "grade_history"):
    ok(after["moodle_stg." + table] != before["moodle_stg." + table], f"{table}: what changed has come")
same("what changed")
ok(one(session, "SELECT count(*) FROM moodle_stg.posts WHERE instance = 'maria'") == site.run("SELECT count(*) FROM mdl_forum_posts")[0][0],
   "posts that are gone are gone")

# Killed in the middle of a week: what is built stays, the week is as it was, the next run does the rest.
run(session, "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN new; END'")
week = one(session, "SELECT max(week_start)::text FROM moodle_mart.course_weeks WHERE instance = 'post'")
run(session, f"CREATE TRIGGER slowly BEFORE INSERT ON moodle_mart.course_weeks FOR EACH ROW WHEN (new.week_start = '{week}') "
             "EXECUTE FUNCTION slowly()")
child = os.fork()
if child == 0:
    # In a session of its own: the other one is the parent's.
    failure(connect(), "CALL moodle_fdw.run_analytics(instances => '{post}', since => '-infinity', batch => 3)")
    os._exit(0)
victim = None
for _ in range(600):
    found = run(session, "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
    if found:
        victim = found[0][0]
        break
    time.sleep(0.1)
ok(victim is not None, "it is at work on the last week")
status = run(session, "SELECT status, step, weeks_done > 0, weeks_ahead > 0 FROM moodle_fdw.analytics_status WHERE instance = 'post'")
ok(status == [("running", "weeks", True, True)], "which can be seen", status)
error = failure(session, "CALL moodle_fdw.run_analytics(instances => '{post}')")
ok(error is not None and error.pgcode == "55P03", "no other runs beside it", error)
ok(kept("post") == after, "readers see all of the weeks meanwhile")
run(session, "SELECT pg_terminate_backend(%s, 10000)", victim)
os.waitpid(child, 0)
status = run(session, "SELECT status, error, weeks_ahead > 0 FROM moodle_fdw.analytics_status WHERE instance = 'post'")
ok(status == [("failed", "broke off; running it again goes on where it stopped", True)], "killed, it has failed", status)
run(session, "DROP TRIGGER slowly ON moodle_mart.course_weeks")
ahead = one(session, "SELECT weeks_ahead FROM moodle_fdw.analytics_status WHERE instance = 'post'")
run(session, "CALL moodle_fdw.run_analytics(instances => '{post}')")
status = run(session, "SELECT status, weeks_total >= %s, weeks_ahead FROM moodle_fdw.analytics_status WHERE instance = 'post'", ahead)
ok(status == [("completed", True, 0)], "the next run does what was ahead", status)
ok(kept("post") == after, "to the same end")
same("after that")

# A site that cannot be reached does not hold up the other.
maria.kill()
run(session, "SET client_min_messages = error")
error = failure(session, "CALL moodle_fdw.run_analytics()")
ok(error is not None and str(error).startswith('activity of "maria" failed: '), "an unreachable site is an error at the end", error)
ok(dict(run(session, "SELECT instance, status FROM moodle_fdw.analytics_status")) == {"post": "completed", "maria": "failed"},
   "the other is completed")
maria.stop()
run(connect(dbname="postgres"), f"DROP DATABASE {site.dbname} WITH (FORCE)")
done()
