#!/usr/bin/python3
"""A load of events and the counting of days, killed anywhere, go on where they stopped and end as if
nothing had happened.

T121_KILLS and T121_SEED set how many kills there are, and when they come."""
import os
import random
import signal
import sys
import time

import psycopg2

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, connect, done, failure, ok, one, run
from site_database import PostgresSite, counted, stage
from warehouse import difference, soon, wait_until

KILLS = int(os.environ.get("T121_KILLS", "14"))
dice = random.Random(int(os.environ.get("T121_SEED", "121")))
TWIN = os.environ["PGDATABASE"] + "_undisturbed"
BACKFILL = "CALL moodle_fdw.backfill_activity('2026-11-08', '2026-11-20', batch => 4)"

site = PostgresSite(os.environ["PGDATABASE"] + "_site")
session = connect()
run(session, f"DROP DATABASE IF EXISTS {TWIN}")
run(session, f"CREATE DATABASE {TWIN}")
twin = connect(dbname=TWIN)
run(twin, "CREATE EXTENSION moodle_fdw")
for connection in (session, twin):
    run(connection, "SET client_min_messages = error")
    run(connection, "CREATE EXTENSION postgres_fdw")
    run(connection, "SELECT moodle_fdw.deploy()")
    site.attach(connection, "site")
    stage(connection, "site")
    run(connection, "UPDATE moodle_fdw.databases SET events_a_batch = 700")
run(twin, BACKFILL)
expected = counted(twin, "site")
ok(len(expected["moodle_stg.events"]) == 28590, "undisturbed, every event is there")
ok(len(expected["moodle_mart.activity_counts"]) == 13 * 33, "and every day is counted")
twin.close()


def mark():
    return run(session, "SELECT last_id, (SELECT count(*) FROM moodle_stg.events) FROM moodle_fdw.events_loaded") or [(0, 0)]


def states():
    return dict(run(session, "SELECT status, count(*) FROM moodle_fdw.activity_status GROUP BY 1"))


def gone(of_session):
    try:
        run(of_session, "SELECT 1")
        return False
    except psycopg2.Error:
        return True


def fresh_session():
    made = connect()
    run(made, "SET client_min_messages = error")
    return made


struck = {"load": 0, "count": 0}
where = []
resumed = 0
query = None
while sum(struck.values()) < KILLS:
    loaded = mark()[0][0]
    query = soon(lambda: Query(BACKFILL))
    phase = "load" if loaded < 28590 else "count"
    # Some batches further on than it was.
    if phase == "load":
        aim = loaded + dice.choice((700, 1400, 4900, 9000))
        wait_until(lambda: mark()[0][0] >= min(aim, 28590) or query.ended_at is not None, 60, 0.005)
    else:
        before = run(session, "SELECT coalesce(sum(courses_done), 0) FROM moodle_fdw.activity_runs")[0][0]
        aim = before + dice.choice((1, 20, 60, 120))
        wait_until(lambda: run(session, "SELECT sum(courses_done) FROM moodle_fdw.activity_runs")[0][0] >= aim
                   or query.ended_at is not None, 60, 0.005)
    time.sleep(dice.uniform(0, 0.02))
    if query.ended_at is not None:
        break
    if dice.random() < 0.5:
        os.kill(query.pid, signal.SIGKILL)
        # And until the postmaster knows of it, and ends all others.
        wait_until(lambda: not os.path.exists(f"/proc/{query.pid}"))
        wait_until(lambda: gone(session), 10)
    elif dice.random() < 0.5:
        run(session, "SELECT pg_terminate_backend(%s)", query.pid)
    else:
        query.connection.cancel()
    query.join(30)
    ok(query.ended_at is not None, "it ends")
    session = soon(fresh_session)
    struck[phase] += 1
    wait_until(lambda: one(session, "SELECT NOT moodle_fdw.is_locked('activity', 'site')"), 20)
    ((last, held),) = mark()
    where.append((phase, last, states()))
    ok(last == held, f"{phase}: events up to {last} are here, and no more", (last, held))
    ok(not {"running", "queued"} & set(states()), "nothing says that it runs, nor that it will", states())
    finished = run(session, "SELECT process, extraction_date FROM moodle_fdw.activity_status WHERE status = 'completed' "
                            "AND courses_done < courses_total")
    ok(not finished, "nothing is completed that is not", finished)
print(f"# {struck}: {where[:3]} …")
ok(struck["load"] >= 3 and struck["count"] >= 3, "killed while it loads, and while it counts", struck)

# It went on behind the last course that was counted.
attempts = one(session, "SELECT max(attempts) FROM moodle_fdw.activity_status")
ok(failure(session, BACKFILL) is None, "undisturbed at last")
ok(states() == {"completed": 39}, "all days are completed", states())
ok(attempts > 1, "some process took more than one attempt", attempts)
text = difference(expected, counted(session, "site"))
ok(not text, "as if nothing had happened", text)
ok(one(session, "SELECT count(DISTINCT event_id) = count(*) FROM moodle_stg.events"), "no event is there twice")

# Who resumes does not count anew what was counted.
run(session, "UPDATE moodle_fdw.activity_runs SET status = 'failed', at_course = 20, courses_done = 19 "
             "WHERE extraction_date = '2026-11-19' AND process = 'activity_counts'")
run(session, "UPDATE moodle_mart.activity_counts SET updated_at = '2000-01-01' WHERE extraction_date = '2026-11-19'")
run(session, BACKFILL)
ok(run(session, "SELECT course_id > 20, count(*) FROM moodle_mart.activity_counts WHERE extraction_date = '2026-11-19' "
                "AND updated_at > '2000-01-02' GROUP BY 1") == [(True, 14)], "behind the last course alone",
   run(session, "SELECT course_id, updated_at FROM moodle_mart.activity_counts WHERE extraction_date = '2026-11-19' ORDER BY 1"))

# Two at a time.
run(site_session := connect(dbname=site.dbname), "BEGIN")
site_session.autocommit = False
run(site_session, "LOCK TABLE mdl_course_modules IN ACCESS EXCLUSIVE MODE")
query = Query("CALL moodle_fdw.backfill_activity('2026-11-18', '2026-11-18', again => true)")
ok(wait_until(lambda: one(session, "SELECT moodle_fdw.is_locked('activity', 'site')"), 20), "one is at work")
ok(wait_until(lambda: "queued" in states(), 20), "its processes are queued while the site is read", states())
error = failure(session, "CALL moodle_fdw.run_activity()")
ok(error is not None and error.pgcode == "55P03" and 'activity of "site" is already running' in str(error), "a second one is refused", error)
began = time.monotonic()
query.connection.cancel()
query.join(10)
ok(time.monotonic() - began < 1 and query.error is not None and query.error.pgcode == "57014", "a wait for the site ends at once", query.error)
site_session.rollback()
site_session.close()
ok(set(states()) == {"completed", "failed"}, "what was cancelled has failed", states())
run(session, BACKFILL)
ok(states() == {"completed": 39}, "and is done the next time", states())
for name in (TWIN, site.dbname):
    run(connect(dbname="postgres"), f"DROP DATABASE {name} WITH (FORCE)")
done()
