#!/usr/bin/python3
"""The cache of answers: each question once, to nobody else, and safe whatever happens to who asks."""
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from cache import answer_memory, asked, entries, forged_requests, log_holds
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, pid_of, run
from warehouse import reconnect, soon, start_server, wait_until

# Moodle's tokens are 32 hexadecimal digits; these are made here, so that no file holds them.
FULL, TEACHER, OTHER = "f00dcafe" * 4, "0ddba11e" * 4, "deadbea7" * 4
TOKENS = ("--token", f"full:{FULL}", "--token", f"teacher:{TEACHER}", "--token", f"full:{OTHER}")
PRELOAD = "-c shared_preload_libraries=moodle_fdw -c shared_memory_type=sysv"

start_server(PRELOAD)
sim = Sim("--users", "400", "--courses", "12", *TOKENS)
session = reconnect()
add_instance(session, "site", sim.url, token=FULL, cache_ttl="10min", max_connections="8", retries="2")


def fresh():
    """Nothing kept, nothing counted."""
    run(session, "SELECT moodle_fdw.clear_cache()")
    sim.reset()


def uncached(connection, sql):
    run(connection, "SET moodle_fdw.use_cache = off")
    rows = run(connection, sql)
    run(connection, "RESET moodle_fdw.use_cache")
    return rows


# ---- a dashboard: 12 charts in 12 sessions
CHARTS = [
    "SELECT count(*) FROM site.users",
    "SELECT lang, count(*) FROM site.users GROUP BY 1 ORDER BY 1",
    "SELECT count(*) FILTER (WHERE suspended) FROM site.users",
    "SELECT count(*) FROM site.courses",
    "SELECT categoryid, count(*) FROM site.courses GROUP BY 1 ORDER BY 1",
    "SELECT count(*) FROM site.categories",
    "SELECT course_id, count(DISTINCT user_id) FROM site.enrolments GROUP BY 1 ORDER BY 1",
    "SELECT role_id, count(*) FROM site.enrolments GROUP BY 1 ORDER BY 1",
    "SELECT c.fullname, count(*) FROM site.courses c JOIN site.enrolments e USING (course_id) "
    "GROUP BY 1 ORDER BY 1",
    "SELECT course_id, round(avg(grade), 3) FROM site.grades GROUP BY 1 ORDER BY 1",
    "SELECT count(*) FROM site.grade_items",
    "SELECT completed, count(*) FROM site.completions WHERE course_id IN (6, 7) GROUP BY 1 ORDER BY 1",
]
truth = [uncached(session, sql) for sql in CHARTS]
without = sim.stats()["requests"]
fresh()
for sql in CHARTS:
    run(session, sql)
distinct = sim.stats()["requests"]
ok(distinct * 3 < without * 2, f"one session asks {distinct} times for its charts, not {without}")
ok(len(asked(sim)) == distinct == len(set(asked(sim))), "and never the same twice",
   [one for one in set(asked(sim)) if asked(sim).count(one) > 1][:5])
sim.ask("/__sim/latency", {"latency_ms": 40})
fresh()


def chart(sql):
    connection = connect()
    try:
        return run(connection, sql)
    finally:
        connection.close()


with ThreadPoolExecutor(12) as pool:
    shown = list(pool.map(chart, CHARTS))
questions = asked(sim)
ok(shown == truth, "twelve sessions see what one saw")
ok(len(set(questions)) == distinct, f"they ask the same {distinct} questions", len(set(questions)))
ok(len(questions) == len(set(questions)), "each once",
   [one for one in set(questions) if questions.count(one) > 1][:5])
with ThreadPoolExecutor(12) as pool:
    shown = list(pool.map(chart, [sql for sql in CHARTS for _ in range(3)]))
ok(shown == [rows for rows in truth for _ in range(3)], "36 more charts show the same")
ok(len(asked(sim)) == distinct, "and ask nothing", asked(sim)[distinct:])
fresh()
with ThreadPoolExecutor(12) as pool:
    shown = list(pool.map(chart, [CHARTS[6]] * 12))
ok(shown == [truth[6]] * 12 and len(asked(sim)) == 13,
   "twelve times the same chart at the same moment is one scan", len(asked(sim)))
sim.ask("/__sim/latency", {"latency_ms": 0})

plan = "\n".join(row[0] for row in run(session, f"EXPLAIN (ANALYZE) {CHARTS[6]}"))
ok("Moodle Requests: 0" in plan and "Moodle Cache Hits: 13" in plan, "EXPLAIN ANALYZE tells", plan)
run(session, "SET moodle_fdw.use_cache = off")
plan = "\n".join(row[0] for row in run(session, f"EXPLAIN (ANALYZE) {CHARTS[6]}"))
ok("Moodle Requests: 13" in plan and "Cache" not in plan, "a session can go past it", plan)
run(session, "RESET moodle_fdw.use_cache")

# ---- a union of two instances, which one statement reads at the same time
add_instance(session, "site_b", sim.url, token=OTHER, cache_ttl="10min")
union = "SELECT instance, count(*) FROM moodle_fdw.enrolments GROUP BY 1 ORDER BY 1"
expected = uncached(session, union)
sim.ask("/__sim/latency", {"latency_ms": 30})
fresh()
with ThreadPoolExecutor(6) as pool:
    shown = list(pool.map(chart, [union] * 6))
ok(shown == [expected] * 6 and len(asked(sim)) == 26, "six unions of two instances ask each for its 13",
   (shown[0], len(asked(sim))))
sim.ask("/__sim/latency", {"latency_ms": 0})

# ---- tables of their own age, and what is never kept
run(session, "ALTER FOREIGN TABLE site.categories OPTIONS (ADD cache_ttl '0')")
run(session, "ALTER FOREIGN TABLE site.courses OPTIONS (ADD cache_ttl '1s')")
fresh()
for _ in range(3):
    run(session, "SELECT count(*) FROM site.categories")
ok(len(asked(sim)) == 3, "a table without a cache is always asked for")
run(session, "SELECT count(*) FROM site.courses")
run(session, "SELECT count(*) FROM site.courses")
young = len(asked(sim))
time.sleep(1.2)
run(session, "SELECT count(*) FROM site.courses")
ok((young, len(asked(sim))) == (4, 5), "an answer grows old", (young, len(asked(sim))))
run(session, "ALTER FOREIGN TABLE site.categories OPTIONS (DROP cache_ttl)")
run(session, "ALTER FOREIGN TABLE site.courses OPTIONS (DROP cache_ttl)")
fresh()
run(session, "SELECT user_id FROM site.users LIMIT 3")
ok(entries(session) == 0, "what LIMIT broke off is not kept")
for fault in (dict(kind="moodle_error", errorcode="nopermission", exception="x", message="no"),
              dict(kind="http_status", status=404), dict(kind="garbage"), dict(kind="empty_body"),
              dict(kind="lone_surrogate", after_bytes=2000)):
    sim.fault(times=-1, **fault)
    error = failure(session, "SELECT count(lastname) FROM site.users")
    ok(error is not None and entries(session) == 0, f"an error is not kept: {fault['kind']}", error)
    sim.clear()
sim.fault(kind="cut_body", after_bytes=20000, times=1)
ok(run(session, CHARTS[0]) == truth[0] and entries(session) == 1, "a cut answer is asked for again, and kept whole")
sim.clear()
fresh()
for _ in range(2):
    run(session, "SELECT moodle_fdw.call('site', 'core_course_get_categories')")
    run(session, "SELECT moodle_fdw.call('site', 'core_calendar_get_calendar_export_token')")
functions = [function for function, _ in asked(sim)]
ok(sorted(functions) == ["core_calendar_get_calendar_export_token"] * 2 + ["core_course_get_categories"],
   "call() uses it, but not for secrets", functions)

# ---- a refresh always reads the site
fresh()
run(session, "CALL moodle_fdw.refresh(entities => '{user,course}')")
sim.ask("/__sim/set", {"rename_user": 20, "lastname": "Renamed"})
run(session, "CALL moodle_fdw.refresh(entities => '{user,course}')")
ok(one(session, "SELECT lastname FROM moodle_stg.users WHERE moodle_user_id = 20") == "Renamed",
   "a refresh sees what has just changed")
ok(entries(session) == 0, "and keeps nothing", run(session, "SELECT * FROM moodle_fdw.cache"))

# ---- whose answers: roles, mappings, views, PUBLIC
PEOPLE = "SELECT count(*), count(username), count(email) FROM site.users"
for role in ("anna", "berta", "cleo", "dora"):
    run(session, f"CREATE ROLE {role} LOGIN")
run(session, "GRANT USAGE ON FOREIGN SERVER site TO anna, berta, cleo, dora")
run(session, "GRANT USAGE ON SCHEMA site TO PUBLIC")
run(session, "GRANT SELECT ON ALL TABLES IN SCHEMA site TO PUBLIC")
run(session, f"CREATE USER MAPPING FOR anna SERVER site OPTIONS (token '{FULL}')")
run(session, f"CREATE USER MAPPING FOR berta SERVER site OPTIONS (token '{TEACHER}')")
run(session, f"CREATE USER MAPPING FOR PUBLIC SERVER site OPTIONS (token '{OTHER}')")
anna, berta, cleo, dora = (connect(user=role) for role in ("anna", "berta", "cleo", "dora"))
everything, little = uncached(anna, PEOPLE), uncached(berta, PEOPLE)
ok(everything != little, "the two tokens see different things", (everything, little))


def requests_of(connection, sql, expected):
    """How often the site is asked for it; the rows must be right."""
    before = sim.stats()["requests"]
    rows = run(connection, sql)
    if rows != expected:
        return f"wrong rows: {rows[:3]}"
    return sim.stats()["requests"] - before


fresh()
counts = [requests_of(who, PEOPLE, rows) for who, rows in (
    (anna, everything), (berta, little), (anna, everything), (berta, little),
    (session, everything), (cleo, everything), (dora, everything), (cleo, everything))]
ok(counts == [1, 1, 0, 0, 1, 1, 0, 0], "each mapping has answers of its own; PUBLIC's are for all", counts)
run(session, "GRANT anna, berta TO cleo")
run(cleo, "SET ROLE anna")
counts = [requests_of(cleo, PEOPLE, everything)]
run(cleo, "SET ROLE berta")
counts.append(requests_of(cleo, PEOPLE, little))
run(cleo, "RESET ROLE")
counts.append(requests_of(cleo, PEOPLE, everything))
ok(counts == [0, 0, 0], "SET ROLE changes whose answers are found", counts)
run(session, f"CREATE VIEW public.of_anna (people, names, emails) AS {PEOPLE}; ALTER VIEW public.of_anna OWNER TO anna; "
             "GRANT SELECT ON public.of_anna TO berta; "
             "CREATE FUNCTION public.as_anna() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
             "AS 'SELECT count(username) FROM site.users'; ALTER FUNCTION public.as_anna() OWNER TO anna")
counts = [requests_of(berta, "SELECT * FROM public.of_anna", everything),
          requests_of(berta, PEOPLE, little),
          requests_of(berta, "SELECT public.as_anna()", uncached(anna, "SELECT count(username) FROM site.users"))]
ok(counts[:2] == [0, 0] and counts[2] <= 1, "a view finds its owner's answers, who reads it their own", counts)
counts = [requests_of(berta, "SELECT count(username) FROM site.users",
                      uncached(berta, "SELECT count(username) FROM site.users"))]
ok(isinstance(counts[0], int), "what SECURITY DEFINER was answered is not its caller's", counts)

seen = {role: {row[0] for row in run(who, "SELECT DISTINCT role FROM moodle_fdw.cache")}
        for role, who in (("anna", anna), ("berta", berta), ("dora", dora), ("postgres", session))}
ok(seen == {"anna": {"anna"}, "berta": {"berta"}, "dora": set(),
            "postgres": {"anna", "berta", "postgres", "public"}}, "each sees its own in moodle_fdw.cache", seen)
run(session, "GRANT pg_monitor TO dora")
ok(entries(dora) == entries(session) > 0, "a monitor sees all")
run(session, "REVOKE pg_monitor FROM dora")
kept = entries(session)
of_berta = entries(berta)
public = one(session, "SELECT count(*) FROM moodle_fdw.cache WHERE role = 'public'")
cleared = one(berta, "SELECT moodle_fdw.clear_cache('site')")
ok(cleared == of_berta + public and entries(session) == kept - cleared,
   "who clears forgets what it could ask for itself", (cleared, of_berta, public))
ok(requests_of(anna, PEOPLE, everything) == 0 and requests_of(berta, PEOPLE, little) == 1,
   "and nobody else's")
ok(failure(dora, "SELECT moodle_fdw.clear_cache('nowhere')").pgcode == "42704", "of no instance, none")

# ---- changed and made again
counts = []
for sql, rows in ((f"ALTER USER MAPPING FOR anna SERVER site OPTIONS (SET token '{TEACHER}')", little),
                  (f"ALTER USER MAPPING FOR anna SERVER site OPTIONS (SET token '{FULL}')", everything),
                  ("ALTER SERVER site OPTIONS (SET max_connections '7')", everything),
                  ("DROP USER MAPPING FOR anna SERVER site; "
                   f"CREATE USER MAPPING FOR anna SERVER site OPTIONS (token '{FULL}')", everything),
                  ("DROP USER MAPPING FOR anna SERVER site; "
                   f"CREATE USER MAPPING FOR anna SERVER site OPTIONS (token '{TEACHER}')", little)):
    run(session, sql)
    counts += [requests_of(anna, PEOPLE, rows), requests_of(anna, PEOPLE, rows)]
ok(counts == [1, 0] * 5, "whatever changes, the site is asked anew", counts)
# In a session that has not heard of it by itself, and within a transaction that is taken back.
run(session, "BEGIN")
run(session, f"ALTER USER MAPPING FOR postgres SERVER site OPTIONS (SET token '{TEACHER}')")
within = run(session, PEOPLE)
run(session, "ROLLBACK")
ok(within == little and run(session, PEOPLE) == everything, "what a transaction took back is not found")
# The very row of a mapping put back under its number: who forges catalogs gets what the token gets.
run(session, "SET allow_system_table_mods = on")
number = one(session, "SELECT umid FROM pg_user_mappings WHERE usename = 'anna'")
run(session, PEOPLE)
run(session, f"DELETE FROM pg_user_mapping WHERE oid = {number}")
run(session, "INSERT INTO pg_user_mapping SELECT %s, (SELECT oid FROM pg_roles WHERE rolname = 'anna'), "
             "oid, ARRAY['token=' || %s] FROM pg_foreign_server WHERE srvname = 'site'", number, FULL)
run(session, "RESET allow_system_table_mods")
run(session, "ALTER SERVER site OPTIONS (SET max_connections '8')")
fresh_anna = connect(user="anna")
ok(requests_of(fresh_anna, PEOPLE, everything) == 1, "a mapping put in another's place finds nothing of it")
other_site = Sim("--users", "50", "--courses", "3", "--seed", "9", *TOKENS)
run(session, f"ALTER SERVER site OPTIONS (SET url '{other_site.url}')")
elsewhere = [run(who, PEOPLE)[0][0] for who in (session, anna, cleo)]
ok(all(count < 60 for count in elsewhere), "another address, other answers", elsewhere)
run(session, f"ALTER SERVER site OPTIONS (SET url '{sim.url}')")
ok(run(session, PEOPLE) == everything, "and back")
other_site.kill()
run(session, "CREATE DATABASE beside")
beside = connect(dbname="beside")
run(beside, "CREATE EXTENSION moodle_fdw")
add_instance(beside, "site", sim.url, token=FULL, cache_ttl="10min", max_connections="8", retries="2")
ok(requests_of(beside, PEOPLE, everything) == 1 and requests_of(session, PEOPLE, everything) == 0
   and entries(beside) == 1, "another database asks for itself")
beside.close()
run(session, "DROP DATABASE beside WITH (FORCE)")

# ---- forged arguments: each request is its own, and answered as the site answers it
fresh()
forged = forged_requests()
wrong = []
for arguments in forged * 2:
    sql = "SELECT moodle_fdw.call('site', %s, %s)"
    function, given = arguments
    with session.cursor() as cursor:
        answers = []
        for setting in ("on", "off"):
            cursor.execute(f"SET moodle_fdw.use_cache = {setting}")
            try:
                cursor.execute(sql, (function, given))
                answers.append(cursor.fetchone())
            except Exception as error:  # an error of the site is the same with and without
                answers.append(error.pgcode)
    if answers[0] != answers[1]:
        wrong.append((given[:80], str(answers)[:200]))
run(session, "RESET moodle_fdw.use_cache")
ok(not wrong and entries(session) > 5, f"{len(forged)} requests that look alike are told apart", wrong)

# ---- who asks is cancelled, ended, killed: another takes over
for how in ("pg_cancel_backend", "pg_terminate_backend"):
    fresh()
    sim.ask("/__sim/latency", {"latency_ms": 1500})
    leader = Query(PEOPLE)
    ok(wait_until(lambda: sim.stats()["in_flight"] == 1), "one asks")
    followers = [Query(PEOPLE) for _ in range(3)]
    time.sleep(0.5)
    ok(sim.stats()["in_flight"] == 1, "the others wait for it", sim.stats()["in_flight"])
    began = time.monotonic()
    run(session, f"SELECT {how}({leader.pid})")
    leader.join(10)
    ok(leader.error is not None and leader.ended_at - began < 1, f"{how} ends it at once")
    for follower in followers:
        follower.join(20)
    ok([follower.rows for follower in followers] == [everything] * 3, "the others are answered",
       [follower.error for follower in followers])
    ok(1 <= len(asked(sim)) <= 2, "by one of them who asked", asked(sim))
    sim.ask("/__sim/latency", {"latency_ms": 0})
fresh()
sim.ask("/__sim/latency", {"latency_ms": 3000})
leader = Query(PEOPLE)
wait_until(lambda: sim.stats()["in_flight"] == 1)
follower = Query(PEOPLE)
time.sleep(0.3)
began = time.monotonic()
run(session, f"SELECT pg_cancel_backend({follower.pid})")
follower.join(10)
ok(follower.error is not None and follower.ended_at - began < 1, "who waits for another can be cancelled")
leader.join(20)
ok(leader.rows == everything, "which does not disturb that one", leader.error)
sim.ask("/__sim/latency", {"latency_ms": 0})

# ---- a reader whose answer is forgotten and driven out
names = uncached(session, "SELECT user_id, lastname FROM site.users ORDER BY user_id")
run(session, "SELECT user_id, lastname FROM site.users")
reader = connect()
run(reader, "BEGIN")
run(reader, "DECLARE slow NO SCROLL CURSOR FOR SELECT user_id, lastname FROM site.users")
begin = run(reader, "FETCH 5 FROM slow")
run(session, "SELECT moodle_fdw.clear_cache()")
for chart_sql in CHARTS:
    run(session, chart_sql)
rest = run(reader, "FETCH ALL FROM slow")
run(reader, "COMMIT")
ok(sorted(begin + rest) == names, "goes on reading it")
# An open cursor that leads holds up nobody for long.
fresh()
run(reader, "BEGIN")
run(reader, "DECLARE slow NO SCROLL CURSOR FOR SELECT user_id, lastname FROM site.users")
run(reader, "FETCH 5 FROM slow")
began = time.monotonic()
run(session, "SELECT user_id, lastname FROM site.users")
ok(time.monotonic() - began < 6, "an idle cursor is waited for some seconds at most", time.monotonic() - began)
rest = run(reader, "FETCH ALL FROM slow")
run(reader, "COMMIT")
ok(len(rest) == len(names) - 5, "and ends well")
both = run(session, "SELECT count(*) FROM site.users a JOIN site.users b USING (user_id)")
ok(both == [(len(names),)], "one statement may scan a table twice", both)

# ---- what stands in the shared memory, and in the log
memory = answer_memory(session)
email = one(session, "SELECT email FROM site.users WHERE email IS NOT NULL ORDER BY user_id LIMIT 1")
memory_now = answer_memory(session)
ok(email.encode() in memory_now, "answers are found in the shared memory")
ok(not any(token.encode() in memory + memory_now for token in (FULL, TEACHER, OTHER)),
   "and no token")

# ---- too little memory for all of it
leader = Query("SELECT count(*) FROM site.users, pg_sleep(30)")
time.sleep(0.3)
os.kill(leader.pid, signal.SIGKILL)
leader.join(10)
session = reconnect()
ok(entries(session) == 0 and run(session, PEOPLE) == everything and entries(session) == 1,
   "after a backend was killed the cache begins anew")
start_server(PRELOAD + " -c moodle_fdw.cache_size=512kB")
session = reconnect()
random.seed(1)
with ThreadPoolExecutor(8) as pool:
    order = [random.randrange(len(CHARTS)) for _ in range(60)]
    shown = list(pool.map(lambda number: chart(CHARTS[number]), order))
ok(shown == [truth[number] for number in order], "under pressure every chart is still right",
   [number for number, rows in zip(order, shown) if rows != truth[number]])
size = one(session, "SELECT sum(bytes) FROM moodle_fdw.cache")
ok(0 < size <= 512 * 1024, f"and no more is kept than there is room for: {size} bytes")
start_server(PRELOAD + " -c moodle_fdw.cache_size=0")
session = reconnect()
ok(run(session, PEOPLE) == everything and run(session, PEOPLE) == everything and entries(session) == 0,
   "without memory there is no cache, and no error")

# ---- without preloading: each session for itself
start_server()
session = reconnect()
fresh()
counts = [requests_of(session, PEOPLE, everything), requests_of(session, PEOPLE, everything)]
another = connect()
counts += [requests_of(another, PEOPLE, everything), requests_of(another, PEOPLE, everything)]
ok(counts == [1, 0, 1, 0], "not preloaded, a session has its own", counts)
ok(entries(another) == 1 and one(another, "SELECT moodle_fdw.clear_cache()") == 1, "which it can see and clear")
ok(not log_holds(FULL, TEACHER, OTHER), "the server's log holds no token", log_holds(FULL, TEACHER, OTHER)[:3])
sim.kill()
done()
