#!/usr/bin/python3
"""What an instance allows holds over all backends when the library is preloaded, whatever becomes of them."""
import atexit
import json
import os
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, pid_of, run
from server import Server

COURSES = 40
ENROLMENTS = "SELECT count(*) FROM site.enrolments"
LISTENER = "core_enrol_get_enrolled_users"


def backends(count, sql=ENROLMENTS):
    return [Query(sql) for _ in range(count)]


def finish(queries, seconds=60):
    for query in queries:
        query.join(seconds)
    return [query.error or "still running" for query in queries if query.rows is None]


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def latency(milliseconds):
    sim.ask("/__sim/latency", {"latency_ms": milliseconds})


def fault_met():
    return json.loads(sim.ask("/__sim/faults"))[0]["met"] > 0


def alter(options):
    run(session, f"ALTER SERVER site OPTIONS ({options})")


def read_whole():
    """All places can be had: as many requests as may be are seen at once."""
    sim.reset()
    error = failure(session, ENROLMENTS)
    return error is None and sim.stats()["max_concurrent"] == int(one(
        session, "SELECT options ->> 'max_connections' FROM moodle_fdw.instances WHERE name = 'site'"))


def whole_again(what):
    found = wait_until(read_whole, 5)
    ok(found, what, sim.stats())


def reconnect():
    for _ in range(200):
        try:
            return connect()
        except Exception:  # the server recovers
            time.sleep(0.1)
    raise RuntimeError("the server did not come back")


sim = Sim("--users", "400", "--courses", str(COURSES), "--per-course", "10")
server = Server("shared_preload_libraries = 'moodle_fdw'", "max_worker_processes = 20")
atexit.register(server.remove)
server.use("postgres")
session = connect()
run(session, "CREATE EXTENSION moodle_fdw")
add_instance(session, "site", sim.url, max_connections="4", adaptive_concurrency="off")
rows = one(session, ENROLMENTS)

# Eight at once.
latency(20)
sim.reset()
began = time.monotonic()
queries = backends(8)
problems = finish(queries)
took = time.monotonic() - began
ok(not problems and all(query.rows == [(rows,)] for query in queries), "eight backends read all", problems)
ok(sim.stats()["max_concurrent"] == 4, "with four requests at once, and no more", sim.stats())
least = 8 * (COURSES + 1) * 0.02 / 4
ok(took < 1.6 * least + 2, "and the four places are not left empty", f"{took:.1f} s, at least {least:.1f}")
ends = sorted(query.ended_at - began for query in queries)
ok(ends[0] > 0.5 * ends[-1], "nobody is starved: they end at about the same time", ends)

# By several roles with tokens of their own, by workers of a refresh and light calls, with the limit that adapts.
run(session, "CREATE ROLE second LOGIN; GRANT USAGE ON SCHEMA moodle_fdw, site TO second;"
             "GRANT SELECT ON ALL TABLES IN SCHEMA site TO second; GRANT USAGE ON FOREIGN SERVER site TO second;"
             "CREATE USER MAPPING FOR second SERVER site OPTIONS (token 'simadmin')")
alter("DROP adaptive_concurrency")
sim.reset()
queries = [*backends(3), *(Query(ENROLMENTS, user="second") for _ in range(3)),
           Query("CALL moodle_fdw.refresh(instances => '{site}', entities => '{course,enrolment}')"),
           Query("SELECT count(*) FROM (SELECT moodle_fdw.call('site', 'core_webservice_get_site_info', '{}') "
                 "FROM generate_series(1, 30)) asked")]
finish(queries)
problems = [query.error or query.sql for query in queries if query.error or query.ended_at is None]
ok(not problems, "eight backends of all kinds are done", problems)
ok(2 <= sim.stats()["max_concurrent"] <= 4, "never with more at once than may be", sim.stats())
alter("ADD adaptive_concurrency 'off'")

# A rate over all of them.
alter("ADD requests_per_second '50'")
latency(0)
sim.reset()
began = time.monotonic()
problems = finish(backends(8))
took = time.monotonic() - began
asked = sim.stats()["requests"]
ok(not problems and asked == 8 * (COURSES + 1), "eight backends read all at a limited rate", problems)
ok(asked / took <= 50 * 1.05 + 5 / took, "which holds for all of them together", f"{asked} in {took:.2f} s")
ok(asked / took >= 50 * 0.75, "and is made use of", f"{asked} in {took:.2f} s")
alter("DROP requests_per_second")

# Changed options concern scans that are under way.
latency(40)
sim.reset()
queries = backends(8)
time.sleep(0.5)
alter("SET max_connections '1'")
one(session, "SELECT count(*) FROM site.categories")  # who next asks the site tells all
time.sleep(0.2)
sim.reset()
time.sleep(0.5)
seen = sim.stats()["max_concurrent"]
alter("SET max_connections '4'")
one(session, "SELECT count(*) FROM site.categories")
problems = finish(queries)
ok(seen == 1, "ALTER SERVER takes effect for scans under way", seen)
ok(not problems, "which go on", problems)
run(session, "BEGIN")
alter("SET max_connections '9'")
one(session, "SELECT count(*) FROM site.categories")
run(session, "ROLLBACK")
sim.reset()
problems = finish(backends(6))
ok(not problems and sim.stats()["max_concurrent"] == 4, "one that is rolled back does not", sim.stats())

# A site that asks for a pause gets it from all.
latency(10)
sim.reset()
queries = backends(6)
wait_until(lambda: sim.stats()["requests"] > 20)
sim.fault(kind="http_status", status=429, retry_after="4", times=1, function=LISTENER)
ok(wait_until(fault_met), "a 429 comes")
time.sleep(0.5)
before = sim.stats()["requests"]
time.sleep(1)
during = sim.stats()["requests"] - before
problems = finish(queries)
ok(during == 0, "after a 429 with Retry-After no backend asks", during)
ok(not problems, "and then all go on", problems)
sim.clear()
sim.fault(kind="http_status", status=503, retry_after="4", times=1, function="core_course_get_categories")
query = Query("SELECT count(*) FROM site.categories")
ok(wait_until(fault_met), "a 503 comes")
time.sleep(0.1)
before = sim.stats()["requests"]
new = backends(7)
time.sleep(0.6)
during = sim.stats()["requests"] - before
problems = finish([query, *new])
ok(during == 0, "after a 503 nobody asks for a while, who comes new neither", during)
ok(not problems, "and then they go on too", problems)
sim.clear()

# Whatever ends a backend, its places are free again.
sim.fault(kind="stall_before", ms=60000, times=-1, function=LISTENER)


def holders():
    queries = backends(2)
    wait_until(lambda: sim.stats()["in_flight"] == 4)
    return queries


first, second = holders()
for query in (first, second):
    run(session, "SELECT pg_cancel_backend(%s)", query.pid)
finish((first, second), 5)
ok(first.error is not None and first.error.pgcode == "57014", "a scan that holds all places is cancelled",
   first.error)
waiting = holders()
third = Query(ENROLMENTS)
time.sleep(0.3)
began = time.monotonic()
run(session, "SELECT pg_cancel_backend(%s)", third.pid)
third.join(5)
ok(third.error is not None and third.ended_at - began < 1, "and so is one that waits for a place",
   f"{third.error} {(third.ended_at or 0) - began}")
for query in waiting:
    run(session, "SELECT pg_terminate_backend(%s)", query.pid)
finish(waiting, 5)
sim.clear()
whole_again("places of cancelled and terminated backends are free again")

sim.fault(kind="moodle_error", errorcode="accessexception", exception="x", message="no", times=-1,
          function=LISTENER)
run(session, """DO $$
BEGIN
    FOR i IN 1..300 LOOP
        BEGIN
            PERFORM count(*) FROM site.enrolments;
        EXCEPTION WHEN insufficient_privilege THEN NULL;
        END;
    END LOOP;
END $$""")
sim.clear()
whole_again("300 subtransactions that failed have kept no place")
one(session, "SELECT count(*) FROM (SELECT FROM site.enrolments LIMIT 1) few")
run(session, "BEGIN; DECLARE c CURSOR FOR SELECT * FROM site.enrolments; FETCH 1 FROM c")
run(session, "ROLLBACK")
whole_again("nor have LIMIT or a cursor that was closed")

# A backend that dies takes the server's memory with it.
sim.fault(kind="stall_before", ms=60000, times=-1, function=LISTENER)
queries = holders()
os.kill(queries[0].pid, signal.SIGKILL)
finish(queries, 10)
sim.clear()
session = reconnect()
whole_again("after kill -9 of a holder and the server's recovery all places are there")

# The inner side of a nested loop is not kept waiting by the outer one's places.
alter("SET max_connections '1'")
latency(0)
run(session, "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off")
run(session, "SET statement_timeout = '60s'")
error = failure(session, """SELECT count(*) FROM site.courses
    CROSS JOIN LATERAL (SELECT count(*) FROM site.enrolments WHERE course_id = courses.course_id) counted""")
ok(error is None, "a nested loop with one place ends", error)
alter("SET max_connections '4'")

# Who rests with a cursor does not keep others out for ever.
sim.kill()
sim = Sim("--users", "60000", "--courses", "8", port=sim.port)
alter("SET max_connections '1'")
idle = connect()
run(idle, "BEGIN; DECLARE c CURSOR FOR SELECT user_id, raw FROM site.users; FETCH 1 FROM c")
began = time.monotonic()
query = Query("SELECT count(*) FROM site.categories")
query.join(40)
ok(query.rows is not None, "places of a client that rests are lent after a while",
   f"{query.error} {time.monotonic() - began:.1f}")
ok(one(idle, "MOVE ALL FROM c; SELECT 1") == 1, "who goes on reads the rest")
run(idle, "ROLLBACK")

# Two who each hold what the other waits for.
add_instance(session, "mirror", sim.url, max_connections="1")
first, second = connect(), connect()
for connection, schema in ((first, "site"), (second, "mirror")):
    run(connection, f"BEGIN; DECLARE c CURSOR FOR SELECT user_id, raw FROM {schema}.users; FETCH 1 FROM c")
crossing = [threading.Thread(target=run, daemon=True, args=(
                connection, f"SELECT count(*) FROM {schema}.categories; MOVE ALL FROM c; ROLLBACK"))
            for connection, schema in ((first, "mirror"), (second, "site"))]
began = time.monotonic()
for thread in crossing:
    thread.start()
for thread in crossing:
    thread.join(30)
ok(not any(thread.is_alive() for thread in crossing) and time.monotonic() - began < 5,
   "two who read from each other's instance do not wait for ever", time.monotonic() - began)
for connection, thread in zip((first, second), crossing):
    if thread.is_alive():
        connection.cancel()
        thread.join(5)

# More instances than there is room for: each backend keeps its own, until there is.
def shared():
    return dict(run(session, "SELECT DISTINCT instance, limits_shared FROM moodle_fdw.instance_stats"))


def read(name):
    return one(session, f"SELECT count(*) FROM {name}.categories")


time.sleep(11)
add_instance(session, "late", sim.url)
read("late")
ok(len(shared()) > 2 and all(shared().values()), "who is idle keeps his room while there is more", shared())
server.configure("moodle_fdw.max_shared_instances = 2")
server.control("restart", "-m", "fast")
session = reconnect()
read("site")
for name in ("b", "c"):
    add_instance(session, name, sim.url, max_connections="2", adaptive_concurrency="off")
    read(name)
ok(shared() == {"site": True, "b": True, "c": False}, "all are read, and limits_shared tells whose limits are", shared())
ok("moodle_fdw shares the limits of no more than 2 instances" in server.log(), "so does the log")
latency(20)
sim.reset()
problems = finish(backends(3, "SELECT count(*) FROM c.enrolments"))
ok(not problems and 2 < sim.stats()["max_concurrent"] <= 6, "without room each session keeps the limit for itself",
   f"{problems} {sim.stats()}")
time.sleep(11)
read("c")
ok(shared()["c"] and "c" in shared(), "one that nobody has used for a while leaves its room", shared())
read("b"), read("c"), read("site")
ok(list(shared().values()).count(True) == 2, "its session goes on with limits of its own", shared())
run(session, "CREATE DATABASE passing")
passing = connect(dbname="passing")
run(passing, "CREATE EXTENSION moodle_fdw")
time.sleep(11)
for name in ("e", "f"):
    add_instance(passing, name, sim.url)
    one(passing, f"SELECT count(*) FROM {name}.categories")
passing.close()
read("b")
ok(list(shared().values()).count(True) == 0, "other databases take room as well", shared())
run(session, "DROP DATABASE passing")
time.sleep(11)
read("b"), read("c")
ok(shared()["b"] and shared()["c"], "and leave it", shared())
sim.reset()
problems = finish(backends(3, "SELECT count(*) FROM c.enrolments"))
ok(not problems and sim.stats()["max_concurrent"] == 2, "then the limit holds for all", f"{problems} {sim.stats()}")
latency(0)

# Without preload each backend has its own limits.
server.configure("shared_preload_libraries = ''")
server.control("restart", "-m", "fast")
session = reconnect()
alter("SET max_connections '2'")
latency(50)
sim.reset()
problems = finish(backends(3))
ok(not problems and 2 < sim.stats()["max_concurrent"] <= 6, "without preload limits hold within each backend",
   f"{problems} {sim.stats()}")
done()
