#!/usr/bin/python3
"""instance_stats over all backends and by whom it is seen, the adaptive limit, and quiet hours."""
import atexit
import datetime
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, run
from server import Server

COURSES = 30
LISTENER = "core_enrol_get_enrolled_users"


def stats(connection, function=LISTENER, instance="site"):
    rows = run(connection, """SELECT requests, retries, errors, bytes, wire_bytes, total_ms, mean_ms, max_ms, wait_ms,
        cache_hits, concurrency_limit FROM moodle_fdw.instance_stats WHERE instance = %s AND function = %s""",
               instance, function)
    names = ("requests", "retries", "errors", "bytes", "wire_bytes", "total_ms", "mean_ms", "max_ms", "wait_ms",
             "cache_hits", "limit")
    return dict(zip(names, rows[0])) if rows else None


def finish(queries, seconds=60):
    for query in queries:
        query.join(seconds)
    return [query.error or "still running" for query in queries if query.rows is None]


def alter(options, instance="site"):
    run(session, f"ALTER SERVER {instance} OPTIONS ({options})")


def around_now(before, after):
    """Quiet hours that began `before` minutes ago and end in `after`, in UTC."""
    now = datetime.datetime.now(datetime.timezone.utc)
    first, last = (now + datetime.timedelta(minutes=minutes) for minutes in (-before, after))
    return f"{first:%H:%M}-{last:%H:%M} UTC"


sim = Sim("--users", "300", "--courses", str(COURSES), "--per-course", "8")
server = Server("shared_preload_libraries = 'moodle_fdw'", "max_worker_processes = 20",
                "moodle_fdw.max_instance_stats = 40", "moodle_fdw.max_shared_instances = 200")
atexit.register(server.remove)
server.use("postgres")
session = connect()
run(session, "CREATE EXTENSION moodle_fdw")
add_instance(session, "site", sim.url, max_connections="4", retry_max_delay="100ms")
add_instance(session, "other", sim.url)
run(session, "SELECT moodle_fdw.reset_instance_stats()")  # of what add_instance() looked at

# What all of them asked.
sim.ask("/__sim/latency", {"latency_ms": 10})
problems = finish([Query("SELECT count(*) FROM site.enrolments") for _ in range(4)])
seen = stats(session)
ok(not problems and seen["requests"] == 4 * COURSES, "requests of all backends are counted", f"{problems} {seen}")
ok(seen["bytes"] > 0 and seen["wire_bytes"] > 0 and seen["errors"] == seen["retries"] == 0, "with their bytes", seen)
ok(seen["mean_ms"] >= 10 and seen["max_ms"] >= seen["mean_ms"] and
   abs(seen["total_ms"] - seen["mean_ms"] * seen["requests"]) < 1, "and times", seen)
ok(seen["wait_ms"] > 0 and seen["limit"] == 4, "the wait for a place, and how many there are", seen)
sim.fault(kind="http_status", status=500, body="oops", times=2, function=LISTENER)
one(session, "SELECT count(*) FROM site.enrolments")
again = stats(session)
ok((again["requests"] - seen["requests"], again["retries"], again["errors"]) == (COURSES + 2, 2, 2),
   "retries and errors", again)
run(session, "CALL moodle_fdw.refresh(instances => '{site}', entities => '{course,enrolment}')")
ok(stats(session)["requests"] == again["requests"] + COURSES, "what a worker of a refresh asked is in it",
   stats(session))
alter("ADD cache_ttl '1min'")
for _ in range(2):
    one(session, "SELECT count(*) FROM site.categories")
seen = stats(session, "core_course_get_categories")
ok(seen["requests"] == 1 and seen["cache_hits"] == 1, "answers from the cache are no requests", seen)
alter("DROP cache_ttl")

# Who sees what.
run(session, "SELECT moodle_fdw.call('other', 'core_webservice_get_site_info', '{}')")
run(session, "CREATE ROLE monitor LOGIN; GRANT pg_read_all_stats TO monitor; CREATE ROLE nobody LOGIN;"
             "CREATE ROLE guest LOGIN; GRANT USAGE ON FOREIGN SERVER other TO guest;"
             "GRANT USAGE ON SCHEMA moodle_fdw TO monitor, nobody, guest")
INSTANCES = "SELECT array_agg(DISTINCT instance ORDER BY instance) FROM moodle_fdw.instance_stats"
for role, expected in (("monitor", ["other", "site"]), ("guest", ["other"]), ("nobody", None)):
    ok(one(connect(user=role), INSTANCES) == expected, f"{role} sees the rows of {expected}",
       one(connect(user=role), INSTANCES))
error = failure(connect(user="monitor"), "SELECT moodle_fdw.reset_instance_stats()")
ok(error is not None and error.pgcode == "42501", "not everybody may reset them", error)

# The bounds of the table.
for function in ("core_course_get_courses", "core_cohort_get_cohorts"):
    failure(session, f"SELECT moodle_fdw.call('other', '{function}', '{{}}')")
known = one(session, "SELECT count(*) FROM moodle_fdw.instance_stats")
for number in range(60):
    add_instance(session, f"many{number}", sim.url)
    run(session, f"SELECT moodle_fdw.call('many{number}', 'core_webservice_get_site_info', '{{}}')")
rows = one(session, "SELECT count(*) FROM moodle_fdw.instance_stats WHERE instance IS NOT NULL")
rest = one(session, "SELECT sum(requests) FROM moodle_fdw.instance_stats WHERE instance IS NULL")
sites = one(session, "SELECT sum(requests) FROM moodle_fdw.instance_stats WHERE function = 'core_webservice_get_site_info' "
                     "AND instance LIKE 'many%%'".replace("%%", "%"))
ok(rows == 40 and sites + rest >= 60, "what finds no row is added up in one", f"{known} {rows} {sites} {rest}")
ok(one(connect(user="guest"), "SELECT count(*) FROM moodle_fdw.instance_stats WHERE instance IS NULL") == 0,
   "which is for who sees all")
run(session, "SELECT moodle_fdw.reset_instance_stats('site')")
ok(stats(session) is None and one(session, "SELECT count(*) FROM moodle_fdw.instance_stats") > 10,
   "reset for one instance")
run(session, "SELECT moodle_fdw.reset_instance_stats()")
ok(one(session, "SELECT count(*) FROM moodle_fdw.instance_stats") == 0, "reset for all")
error = failure(session, "SELECT moodle_fdw.reset_instance_stats('nosuch')")
ok(error is not None and error.pgcode == "42704", "of an instance there is none", error)

# What is dropped leaves its rows to others.
run(session, "SELECT count(*) FROM moodle_fdw.call('other', 'core_webservice_get_site_info', '{}')")
run(session, "CREATE DATABASE passing")
passing = connect(dbname="passing")
run(passing, "CREATE EXTENSION moodle_fdw")
for number in range(40):
    run(passing, f"CREATE SERVER s{number} FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url '{sim.url}');"
                 f"CREATE USER MAPPING FOR PUBLIC SERVER s{number} OPTIONS (token 'simadmin')")
    run(passing, f"SELECT moodle_fdw.call('s{number}', 'core_webservice_get_site_info', '{{}}')")
ok(one(passing, "SELECT count(*) FROM moodle_fdw.instance_stats WHERE instance IS NOT NULL") == 39
   and one(passing, "SELECT requests FROM moodle_fdw.instance_stats WHERE instance IS NULL") == 1,
   "databases share the rows that there are")
passing.close()
run(session, "DROP DATABASE passing")
one(session, "SELECT count(*) FROM moodle_fdw.instance_stats")
for number in range(30):
    run(session, f"SELECT moodle_fdw.call('many{number}', 'core_webservice_get_site_info', '{{}}')")
ok(one(session, "SELECT count(*) FROM moodle_fdw.instance_stats WHERE instance LIKE 'many%'") == 30,
   "a database that is dropped gives its rows back")
for number in range(30):
    run(session, f"DROP SERVER many{number} CASCADE")
ok(one(session, "SELECT count(*) FROM moodle_fdw.instance_stats WHERE instance IS NOT NULL") == 1, "and so does a server")
run(session, "SELECT moodle_fdw.reset_instance_stats()")

# A site with two cores: fewer at once do as well.
busy = Sim("--users", "300", "--courses", "400", "--per-course", "3", "--workers", "2")
add_instance(session, "busy", busy.url, max_connections="16")
busy.ask("/__sim/latency", {"latency_ms": 20, "workers": 2})
# What the limit is at one moment may be what is just being tried; what is kept shows on average. In
# the scan that finds it out, as many as may be are under way at first.
for _ in range(12):
    busy.reset()
    one(session, "SELECT count(*) FROM busy.enrolments")
    limit = one(session, "SELECT max(concurrency_limit) FROM moodle_fdw.instance_stats WHERE instance = 'busy'")
    seen = busy.stats()
    if limit <= 8 and seen["mean_concurrent"] <= 8 and seen["max_concurrent"] < 16:
        break
ok(limit <= 8, "where more do not help, fewer are under way", limit)
ok(0 < seen["mean_concurrent"] <= 8 and seen["max_concurrent"] < 16, "as the site sees", f"{limit} {seen}")
alter("ADD adaptive_concurrency 'off'", "busy")
busy.reset()
one(session, "SELECT count(*) FROM busy.enrolments")
limit = one(session, "SELECT max(concurrency_limit) FROM moodle_fdw.instance_stats WHERE instance = 'busy'")
seen = busy.stats()
ok(seen["max_concurrent"] == limit == 16 and seen["mean_concurrent"] > 12, "adaptive_concurrency 'off' takes all that may be", f"{limit} {seen}")

# Quiet hours.
alter(f"ADD quiet_hours '{around_now(5, 30)}'")
for table in ("users", "enrolments", "grades", "completions"):
    error = failure(session, f"SELECT count(*) FROM site.{table}")
    ok(error is not None and error.pgcode == "55000" and "quiet hours" in str(error) and
       "ignore_quiet_hours" in (error.diag.message_hint or ""), f"in quiet hours all of {table} is refused", error)
sim.reset()
failure(session, "SELECT count(*) FROM site.users")
ok(sim.stats()["requests"] == 0, "before anything is asked", sim.stats())
for light in ("site.enrolments WHERE course_id = 4", "site.users WHERE user_id = 5", "site.courses", "site.categories"):
    ok(failure(session, f"SELECT count(*) FROM {light}") is None, f"{light} is not",
       failure(session, f"SELECT count(*) FROM {light}"))
ok(failure(session, "EXPLAIN SELECT * FROM site.users") is None, "nor is EXPLAIN")
error = failure(session, "CREATE TABLE own(i int); ANALYZE own, site.enrolments")
ok(error is None and any("quiet hours" in notice for notice in session.notices), "ANALYZE passes its tables over",
   f"{error} {session.notices}")
error = failure(session, "SELECT count(*) FROM moodle_fdw.users")
ok(error is not None and '"site"' in str(error), "a union over it is refused", error)
ok(failure(session, "SELECT count(*) FROM moodle_fdw.users WHERE instance IN ('busy', 'other')") is None,
   "unless its other instances are named")
error = failure(session, "SELECT count(*) FROM moodle_fdw.check_instance('site')")
ok(error is None, "check_instance() tells of it all the same", error)
run(session, "SET TimeZone = 'Asia/Tokyo'")
ok(failure(session, "SELECT count(*) FROM site.users") is not None, "the session's time zone does not matter")
left = one(session, "SELECT moodle_fdw.quiet_until('site') - now()")
ok(datetime.timedelta(minutes=28) < left < datetime.timedelta(minutes=31), "quiet_until() tells how long", left)
run(session, "SET moodle_fdw.ignore_quiet_hours = on")
ok(failure(session, "SELECT count(*) FROM site.users") is None, "unless they are ignored")
ok(one(session, "SELECT moodle_fdw.quiet_until('site')") is None, "which quiet_until() says")
run(session, "ALTER ROLE guest SET moodle_fdw.ignore_quiet_hours = on")
ok(one(connect(user="guest"), "SELECT moodle_fdw.quiet_until('site')") is None
   and one(connect(user="monitor"), "SELECT moodle_fdw.quiet_until('site')") is not None, "also for all sessions of a role")
run(session, "SET moodle_fdw.ignore_quiet_hours = off")

# A refresh stops in them, and goes on after them.
sim.reset()
REFRESH = "CALL moodle_fdw.refresh(instances => '{site}', entities => '{user,category,course,enrolment}')"
error = failure(session, REFRESH)
ok(error is not None and sim.stats()["requests"] == 0, "a refresh in quiet hours asks nothing", error)
broken, status, message = run(session, "SELECT run_id, status, message FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1")[0]
ok(status == "cancelled" and "quiet hours of site until" in message, "and says why", f"{status} {message}")
alter(f"SET quiet_hours '{around_now(-60, 120)}'")
sim.fault(kind="stall_before", ms=3000, times=1, function=LISTENER)
query = Query(REFRESH)
for _ in range(100):
    if one(session, "SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id = %s AND name = 'enrolment' "
                    "AND status = 'running'", broken):
        break
    time.sleep(0.05)
alter(f"SET quiet_hours '{around_now(5, 30)}'")
query.join(30)
steps = run(session, "SELECT name, status FROM moodle_fdw.run_steps WHERE run_id = %s AND layer = 'raw' "
                     "AND name IN ('user', 'course') ORDER BY 1", broken)
ok(steps == [("course", "completed"), ("user", "completed")], "one that is taken up goes on after them", steps)
run(session, "UPDATE moodle_fdw.run_steps SET active_at = active_at - interval '18 hours', "
             "finished_at = finished_at - interval '18 hours', started_at = started_at - interval '18 hours'")
run(session, "UPDATE moodle_fdw.runs SET started_at = started_at - interval '18 hours', "
             "finished_at = finished_at - interval '18 hours'")
run(session, "SET moodle_fdw.ignore_quiet_hours = on")
stopped = one(session, "SELECT status FROM moodle_fdw.runs WHERE run_id = %s", broken)
error = failure(session, REFRESH)
last, status = run(session, "SELECT run_id, status FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1")[0]
ok(error is None and status == "completed", "a refresh that ignores them is done by its workers too", error)
ok(stopped != "cancelled" or last == broken, "the next night it is the same run that goes on", f"{stopped} {last} {broken}")
ok(one(session, "SELECT count(*) FROM moodle_stg.enrolments") > 0, "and what it landed is in staging")
for bad in ("8-18", "08:00-18:00 Nowhere/Land", "08:00-08:00"):
    error = failure(session, f"ALTER SERVER site OPTIONS (SET quiet_hours '{bad}')")
    ok(error is not None and error.pgcode == "HV024" and error.diag.message_hint, f"quiet_hours '{bad}' is refused", error)

# Without preload: of each session by itself.
server.configure("shared_preload_libraries = ''")
server.control("restart", "-m", "fast")
session = connect()
alter("DROP quiet_hours")
one(session, "SELECT count(*) FROM site.enrolments")
ok(stats(session)["requests"] == COURSES and stats(session)["limit"] == 4, "without preload a session sees its own",
   stats(session))
ok(stats(connect()) is None, "and no other's")
done()
