#!/usr/bin/python3
"""Background workers: whose rights they have, what they leave, and that none outlives its leader."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, pid_of, run

# What the workers do here stands in for a refresh: steps that commit, of a length and an end that
# the instance's name says.
STAND_IN = """
DO $$
DECLARE
    procedure record;
BEGIN
    FOR procedure IN SELECT oid::regprocedure AS signature FROM pg_proc
                     WHERE proname = 'refresh_instance' AND pronamespace = 'moodle_fdw'::regnamespace
    LOOP
        EXECUTE format('ALTER EXTENSION moodle_fdw DROP PROCEDURE %s', procedure.signature);
        EXECUTE format('DROP PROCEDURE %s', procedure.signature);
    END LOOP;
END $$;
CREATE PROCEDURE moodle_fdw.refresh_instance(run_id bigint, instance text) LANGUAGE plpgsql AS $$
BEGIN
    FOR step IN 1 .. CASE WHEN instance LIKE 'long%' THEN 600 ELSE 3 END LOOP
        INSERT INTO public.said (run, instance, step) VALUES (run_id, refresh_instance.instance, step);
        COMMIT;
        INSERT INTO public.said (run, instance, step) VALUES (run_id, refresh_instance.instance, -step);
        IF instance LIKE 'fail%' AND step = 2 THEN
            RAISE EXCEPTION 'the site % is away', instance USING ERRCODE = '08006';
        END IF;
        IF instance LIKE 'site%' THEN PERFORM count(*) FROM site.users; END IF;
        ROLLBACK;
        PERFORM pg_sleep(0.1);
    END LOOP;
END $$;
GRANT EXECUTE ON PROCEDURE moodle_fdw.refresh_instance TO PUBLIC;
GRANT USAGE ON SCHEMA moodle_fdw TO PUBLIC;
CREATE TABLE public.said (
    run bigint, instance text, step integer, who text DEFAULT current_user,
    logged_in text DEFAULT session_user, path text DEFAULT current_setting('search_path'));
GRANT ALL ON public.said TO PUBLIC;
CREATE PROCEDURE public.lead(instances text[], kept text DEFAULT 'forever') LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(instances) LOOP PERFORM moodle_fdw.start_worker(99, instances[i]); END LOOP;
    WHILE moodle_fdw.wait_for_workers(0.2) > 0 LOOP
        COMMIT;
        BEGIN
            PERFORM 1 / 0;
        EXCEPTION WHEN division_by_zero THEN NULL;
        END;
        IF kept = 'error' THEN RAISE EXCEPTION 'the leader fails'; END IF;
    END LOOP;
END $$;
"""
RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'moodle_fdw refresh of %%'"
START = "SELECT moodle_fdw.start_worker(%s, %s)"

session = connect()
run(session, STAND_IN)
watcher = connect()


def reconnect():
    for _ in range(200):
        try:
            return connect()
        except Exception:  # the server recovers
            time.sleep(0.1)
    raise RuntimeError("the server did not come back")


def seconds_until_none(limit=5.0):
    """How long until no worker is left; more than `limit` if some stay."""
    began = time.monotonic()
    while time.monotonic() - began < limit and one(watcher, RUNNING) > 0:
        time.sleep(0.02)
    return time.monotonic() - began


def drain(connection):
    while one(connection, "SELECT moodle_fdw.wait_for_workers(10)") > 0:
        pass


def steps(run_id):
    return [row[0] for row in run(watcher, "SELECT step FROM said WHERE run = %s ORDER BY step", run_id)]


def log():
    with open(os.environ["CLUSTER_LOG"], encoding="utf-8", errors="replace") as file:
        return file.read()


# A worker's life.
worker = one(session, START, 1, "long")
ok(isinstance(worker, int) and worker > 0, "start_worker gives a process id", worker)
time.sleep(0.3)
seen = run(watcher, "SELECT backend_type, application_name, datname, usename, state, query "
                    "FROM pg_stat_activity WHERE pid = %s", worker)
ok(seen and seen[0] == ("moodle_fdw refresh of long", "moodle_fdw refresh of long",
                        os.environ["PGDATABASE"], "postgres", "active",
                        "CALL moodle_fdw.refresh_instance(1, 'long')"),
   "pg_stat_activity says whose refresh it is", seen)
ok(1 in steps(1), "what it commits is seen at once")
ok(one(session, "SELECT moodle_fdw.workers_running()") == 1, "workers_running() counts it")
ok(one(watcher, "SELECT moodle_fdw.workers_running()") == 0, "for the session that started it only")
ok(one(watcher, "SELECT moodle_fdw.stop_workers()") == 0, "another session has none to stop")
ok(one(session, "SELECT moodle_fdw.stop_workers()") == 1 and one(watcher, RUNNING) == 0,
   "stop_workers() ends it before it returns")
ok(one(session, "SELECT moodle_fdw.workers_running()") == 0, "and forgets it")
one(session, START, 2, "short")
began = time.monotonic()
still = one(session, "SELECT moodle_fdw.wait_for_workers(20)")
ok(still == 0 and time.monotonic() - began < 5, "wait_for_workers() returns when one ends", still)
ok(steps(2) == [1, 2, 3], "which did all its steps, and rolled back what it did not commit", steps(2))
ok(one(session, "SELECT moodle_fdw.wait_for_workers(20)") == 0, "with none, it does not wait")
one(session, START, 3, "long")
began = time.monotonic()
still = one(session, "SELECT moodle_fdw.wait_for_workers(0.5)")
ok(still == 1 and 0.45 < time.monotonic() - began < 2, "nor longer than told")
one(session, START, 3, "short")
ok(one(session, "SELECT moodle_fdw.wait_for_workers(20)") == 1, "of two, it returns when the first ends")
query = run(session, "SELECT moodle_fdw.wait_for_workers('NaN'), moodle_fdw.wait_for_workers(-1)")
ok(query == [(1, 1)], "a time that is none is no time", query)
run(session, "SELECT moodle_fdw.stop_workers()")

# An error ends the worker; what it had committed stays.
before = len(log())
one(session, START, 4, "fail")
drain(session)
ok(steps(4) == [1, 2], "a failing worker leaves what it committed", steps(4))
said = [line for line in log()[before:].splitlines() if "] t_070_workers_py ERROR" in line
        or "ERROR:  the site fail is away" in line]
ok(len(said) == 1, "and one error in the log", said)
name = "it's \"odd\" \\ \u00fc" + "x" * 40
one(session, START, 5, name)
drain(session)
ok(one(watcher, "SELECT count(*) FROM said WHERE run = 5 AND instance = %s", name) == 3,
   "any name of a server is passed on whole")
error = failure(session, "SELECT moodle_fdw.start_worker(1, repeat('x', 64))")
ok(error is not None and error.pgcode == "42622", "a longer one is refused", error)
one(session, START, -9223372036854775807, "short")
drain(session)
ok(steps(-9223372036854775807) == [1, 2, 3], "any number of a run too")

# Who it is.
run(session, "DROP ROLE IF EXISTS t070_group, t070_person, t070_stranger")
run(session, "CREATE ROLE t070_group NOLOGIN; CREATE ROLE t070_person LOGIN IN ROLE t070_group;"
             "CREATE ROLE t070_stranger LOGIN;"
             "ALTER ROLE t070_person SET search_path = public, moodle_fdw;"
             "GRANT EXECUTE ON FUNCTION moodle_fdw.start_worker TO t070_group;")
WHO = "SELECT DISTINCT who, logged_in, path FROM said WHERE run = %s"
PATH = "pg_catalog, pg_temp"
person = connect(user="t070_person")
one(person, START, 10, "short")
drain(person)
ok(run(watcher, WHO, 10) == [("t070_person", "t070_person", PATH)], "a worker is who started it",
   run(watcher, WHO, 10))
run(person, "SET ROLE t070_group")
one(person, START, 11, "short")
drain(person)
ok(run(watcher, WHO, 11) == [("t070_group", "t070_person", PATH)],
   "after SET ROLE, that role, which need not log in", run(watcher, WHO, 11))
run(session, "SET SESSION AUTHORIZATION t070_person; SET ROLE t070_group")
one(session, START, 12, "short")
drain(session)
run(session, "RESET SESSION AUTHORIZATION")
ok(run(watcher, WHO, 12) == [("t070_group", "t070_person", PATH)], "after SET SESSION AUTHORIZATION too",
   run(watcher, WHO, 12))
run(session, """CREATE FUNCTION public.as_owner() RETURNS integer LANGUAGE sql SECURITY DEFINER
                AS 'SELECT moodle_fdw.start_worker(13, ''short'')'""")
error = failure(person, "SELECT public.as_owner()")
ok(error is not None and error.pgcode == "42501" and "SECURITY DEFINER" in str(error),
   "no worker for the owner of a SECURITY DEFINER function", error)
error = failure(connect(user="t070_stranger"), "SELECT moodle_fdw.start_worker(1, 'short')")
ok(error is not None and error.pgcode == "42501", "nor for who may not refresh", error)

# Cancelled and terminated one by one.
for function in ("pg_cancel_backend", "pg_terminate_backend"):
    worker = one(session, START, 20, "long")
    time.sleep(0.2)
    run(watcher, f"SELECT {function}({worker})")
    took = seconds_until_none()
    ok(took < 1, f"{function} ends a worker within a second", took)
    ok(one(session, "SELECT moodle_fdw.wait_for_workers(5)") == 0, "and its leader is told")

# The same while it waits for its Moodle.
sim = Sim("--users", "5000", "--courses", "10")
add_instance(session, "site", sim.url)
for end in ("pg_cancel_backend", "pg_terminate_backend", "stop_workers"):
    sim.fault(kind="stall_body", after_bytes=50000, times=1)
    worker = one(session, START, 21, "site")
    for _ in range(100):
        if one(watcher, "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event = 'Extension'",
               worker) == 1:
            break
        time.sleep(0.02)
    time.sleep(0.3)
    began = time.monotonic()
    if end == "stop_workers":
        run(session, "SELECT moodle_fdw.stop_workers()")
    else:
        run(watcher, f"SELECT {end}({worker})")
    took = seconds_until_none() + time.monotonic() - began
    ok(took < 1, f"{end} ends a worker that waits for its Moodle", took)
    sim.clear()
sim.kill()

# A leader that commits between its looks at them, and ends in every way.
def led(*arguments, **more):
    query = Query(f"CALL public.lead({', '.join(arguments)})", **more)
    for _ in range(100):
        if one(watcher, RUNNING) == 2:
            break
        time.sleep(0.05)
    time.sleep(0.5)
    return query


TWO = "'{long1,long2}'"
query = led("'{long1,short}'")
ok(one(watcher, RUNNING) == 1 and query.error is None, "an error that the leader catches ends no worker")
run(watcher, "SELECT pg_cancel_backend(%s)", query.pid)
query.join(5)
took = seconds_until_none()
ok(query.error is not None and query.error.pgcode == "57014" and took < 1,
   "cancelling the leader ends them", f"{query.error} {took}")
ok(one(query.connection, "SELECT moodle_fdw.wait_for_workers(5)") in (0, 1)
   and one(query.connection, "SELECT moodle_fdw.wait_for_workers(5)") == 0, "its session goes on with none")
query = led(TWO)
run(watcher, "SELECT pg_terminate_backend(%s)", query.pid)
took = seconds_until_none()
ok(took < 1, "terminating it ends them", took)
query = led(TWO, "'error'")
query.join(5)
took = seconds_until_none()
ok(query.error is not None and query.error.pgcode == "P0001" and took < 1, "so does an error of its own",
   f"{query.error} {took}")
hasty = connect()
run(hasty, "SET statement_timeout = '1s'")
error = failure(hasty, f"CALL public.lead({TWO})")
took = seconds_until_none()
ok(error is not None and error.pgcode == "57014" and took < 1, "and statement_timeout", f"{error} {took}")
one(hasty, START, 22, "long")
hasty.close()
took = seconds_until_none()
ok(took < 1, "and the end of its session", took)

# More than there are slots.
hasty = connect()
started = [one(hasty, START, 23, f"long{i}") for i in range(40)]
count = len([pid for pid in started if pid is not None])
limit = one(watcher, "SELECT current_setting('max_worker_processes')::integer")
ok(started[-1] is None and 2 <= count <= limit, "no free slot: NULL", started)
ok(one(hasty, "SELECT moodle_fdw.stop_workers()") == count, "stop_workers() ends every one")
ok(one(hasty, "SELECT moodle_fdw.workers_running()") == 0 and one(watcher, RUNNING) == 0, "at once")
ok(one(hasty, START, 24, "short") is not None, "and their slots are free again")
drain(hasty)

# Killed, with what that does to PostgreSQL: it restarts, no worker comes back by itself.
for who in ("worker", "leader"):
    leader = connect()
    worker = one(leader, START, 30, "long")
    time.sleep(0.3)
    os.kill(worker if who == "worker" else pid_of(leader), signal.SIGKILL)
    time.sleep(0.5)
    watcher = reconnect()
    session = reconnect()
    ok(seconds_until_none(1) < 1, f"after kill -9 of the {who} no worker is left")
    before = len(steps(30))
    time.sleep(0.5)
    ok(len(steps(30)) == before, "and none began anew")
    one(session, START, 31, "short")
    drain(session)
    ok(steps(31) == [1, 2, 3], "new ones work", steps(31))
    run(session, "DELETE FROM said")
run(session, "DROP FUNCTION public.as_owner(); DROP OWNED BY t070_group, t070_person, t070_stranger;"
             "DROP ROLE t070_group, t070_person, t070_stranger")
done()
