#!/usr/bin/python3
"""Nightly refreshes by the real pg_cron: over connections, in background workers, across databases.

In private servers, one for each way in which pg_cron runs jobs; what each minute does, both do at once.
"""
import os
import sys
import time


sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import add_instance, done, failure, ok, one, run
from server import Server

SIM = os.environ["MOODLE_SIM_URL"]


def prepare(server, database):
    run(server.connect("postgres"), f"CREATE DATABASE {database}")
    session = server.connect(database)
    run(session, "CREATE EXTENSION moodle_fdw")
    return session


def install_by_the_hint(server, mode):
    """Takes schedule()'s word for what to do, to the letter."""
    session = prepare(server, "warehouse")
    ok(run(session, "SELECT * FROM moodle_fdw.schedules") == [], f"{mode}: no schedules without pg_cron")
    error = failure(session, "SELECT moodle_fdw.schedule('0 2 * * *')")
    ok(error is not None and error.pgcode == "55000" and "pg_cron is not installed" in str(error),
       f"{mode}: an error where pg_cron is not installed", error)
    lines = [line for line in (error.diag.message_hint or "").splitlines() if " = '" in line]
    ok(lines == ["shared_preload_libraries = 'pg_cron'", "cron.database_name = 'warehouse'"],
       f"{mode}: with the two lines for postgresql.conf", error.diag.message_hint)
    ok("CREATE EXTENSION pg_cron;" in error.diag.message_hint, f"{mode}: and what comes after")
    error = failure(session, "SELECT moodle_fdw.unschedule()")
    ok(error is not None and error.pgcode == "55000", f"{mode}: unschedule() says the same", error)
    server.configure(*lines)
    if mode == "connections":
        server.configure(f"cron.host = '{server.directory}'")
    else:
        server.configure("cron.use_background_workers = on", "max_worker_processes = 20")
    server.control("restart")
    session = server.connect("warehouse")
    error = failure(session, "SELECT moodle_fdw.schedule('0 2 * * *')")
    ok(error is not None and error.pgcode == "55000"
       and error.diag.message_hint == "As a superuser: CREATE EXTENSION pg_cron;",
       f"{mode}: loaded, but not created", error)
    run(session, "CREATE EXTENSION pg_cron")
    return session


def set_up(session):
    """Two instances, refreshed by a role that may do nothing else."""
    run(session, "SELECT moodle_fdw.setup_roles()")
    run(session, "CREATE ROLE bot LOGIN IN ROLE moodle_etl; CREATE ROLE stranger LOGIN;"
                 "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA moodle_fdw TO stranger")
    for name in ("one", "two"):
        add_instance(session, name, SIM)
        run(session, f"CREATE USER MAPPING FOR bot SERVER {name} OPTIONS (token 'simadmin')")
    run(session, f"CREATE SERVER tokenless FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url '{SIM}')")


def schedule_in_every_way(server, session):
    bot = server.connect("warehouse", "bot")
    for times in ("bad", "", "0 2 * *", "61 * * * *", "30 seconds", "0 0 2 * * *",
                  "* * * * mon'); DROP TABLE x; --"):
        error = failure(bot, bot.cursor().mogrify("SELECT moodle_fdw.schedule(%s)", (times,)).decode())
        ok(error is not None and error.pgcode == "22023" and "0 2 * * *" in (error.diag.message_hint or ""),
           f"not a time: {times!r}", error)
    for call in ("NULL", "'0 2 * * *', name => ''", "'0 2 * * *', name => repeat('x', 64)"):
        error = failure(bot, f"SELECT moodle_fdw.schedule({call})")
        ok(error is not None and error.pgcode == "22023", f"not usable: {call}", error)
    error = failure(bot, "SELECT moodle_fdw.schedule('0 2 * * *', 'nowhere')")
    ok(error is not None and error.pgcode == "42704", "no such instance", error)
    run(session, "SET ROLE moodle_etl")
    error = failure(session, "SELECT moodle_fdw.schedule('0 2 * * *')")
    ok(error is not None and error.pgcode == "0P000" and "LOGIN" in error.diag.message_hint,
       "not as a role that cannot log in", error)
    run(session, "RESET ROLE")
    error = failure(server.connect("warehouse", "stranger"), "SELECT moodle_fdw.schedule('0 2 * * *')")
    ok(error is not None and error.pgcode == "42501"
       and error.diag.message_hint == "As a superuser: GRANT USAGE ON SCHEMA cron TO stranger;",
       "nor as one that may not use pg_cron", error)

    job = one(bot, "SELECT moodle_fdw.schedule('0 2 * * *')")
    ok(run(bot, "SELECT job_id, name, instance, schedule, timezone, role_name, active, command, last_status "
                "FROM moodle_fdw.schedules")
       == [(job, "moodle_fdw refresh", None, "0 2 * * *", "GMT", "bot", True, "CALL moodle_fdw.refresh()", None)],
       "a schedule of everything", run(bot, "TABLE moodle_fdw.schedules"))
    ok(one(bot, "SELECT moodle_fdw.schedule('0 3 * * *')") == job
       and run(bot, "SELECT schedule FROM moodle_fdw.schedules") == [("0 3 * * *",)], "again: at other times")
    run(bot, "SELECT moodle_fdw.schedule('*/5 1-4 * * mon-fri', 'one'), "
             "moodle_fdw.schedule('@daily', 'two', 'two, daily')")
    ok(run(bot, "SELECT name, instance, schedule FROM moodle_fdw.schedules ORDER BY job_id")
       == [("moodle_fdw refresh", None, "0 3 * * *"),
           ("moodle_fdw refresh of one", "one", "*/5 1-4 * * mon-fri"), ("two, daily", "two", "@daily")],
       "and of instances, by any name")
    run(session, "SELECT cron.schedule('mine', '0 1 * * *', 'VACUUM')")
    ok(one(session, "SELECT count(*) FROM moodle_fdw.schedules") == 3, "a superuser sees them, no other jobs")
    ok(one(bot, "SELECT moodle_fdw.unschedule('one')") == 1
       and one(bot, "SELECT moodle_fdw.unschedule('one')") == 0, "unschedule() one")
    ok(one(bot, "SELECT moodle_fdw.unschedule()") == 2
       and run(bot, "TABLE moodle_fdw.schedules") == [], "and all")
    odd = "it's \\ \"odd\""
    run(session, "CREATE SERVER {} FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:1')".format(
        '"' + odd.replace('"', '""') + '"'))
    run(session, "SELECT moodle_fdw.schedule('0 4 * * *', %s)", odd)
    ok(run(session, "SELECT instance FROM moodle_fdw.schedules") == [(odd,)], "any name of a server")
    ok(one(session, "SELECT moodle_fdw.unschedule(%s)", odd) == 1
       and one(session, "SELECT count(*) FROM cron.job") == 1, "which leaves jobs of others alone")


def schedule_from_elsewhere(server, session):
    """A warehouse in a database that pg_cron does not work in: the hint's statement, to the letter."""
    other = prepare(server, "elsewhere")
    add_instance(other, "three", SIM)
    error = failure(other, "SELECT moodle_fdw.schedule('* * * * *', 'three')")
    ok(error is not None and error.pgcode == "55000" and 'database "warehouse"' in str(error),
       "pg_cron is in another database", error)
    statement = error.diag.message_hint.split(": ", 1)[1]
    run(session, statement)
    ok(run(session, "SELECT schedule, command, database, username FROM cron.job WHERE database = 'elsewhere'")
       == [("* * * * *", "CALL moodle_fdw.refresh(instances => ARRAY['three'])", "elsewhere", "postgres")],
       "the hint's statement schedules it there", statement)
    add_instance(other, "resting", SIM, quiet_hours="00:00-24:00")
    run(session, statement.replace("three", "resting"))
    return other


def wait_for_run(session, which="true", seconds=140):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if one(session, f"SELECT count(*) FROM moodle_fdw.runs WHERE finished_at IS NOT NULL AND {which}") > 0:
            return
        time.sleep(0.5)


def check_run(session, mode, role):
    wait_for_run(session)
    # The instances of one run in two workers, each of which committed after every portion.
    ok(run(session, "SELECT status, role_name, instances FROM moodle_fdw.runs ORDER BY run_id LIMIT 1")
       == [("completed", role, ["one", "two"])], f"{mode}: pg_cron refreshes everything",
       run(session, "SELECT run_id, status, role_name, instances, message FROM moodle_fdw.runs")
       + run(session, "SELECT name, message FROM moodle_fdw.run_errors"))
    ok(one(session, "SELECT count(DISTINCT pid) FROM moodle_fdw.run_steps WHERE run_id = 1") == 2,
       f"{mode}: in a background worker for each instance")
    ok(one(session, "SELECT count(DISTINCT xmin::text) FROM moodle_raw.landing WHERE instance = 'one'") >= 5,
       f"{mode}: which commits as it goes")
    ok(one(session, "SELECT count(*) FROM moodle_stg.users") == 396, f"{mode}: into staging")
    for _ in range(40):
        last = run(session, "SELECT last_status, last_started_at IS NOT NULL FROM moodle_fdw.schedules "
                            "WHERE instance IS NULL")
        if last == [("succeeded", True)]:
            break
        time.sleep(0.25)
    ok(last == [("succeeded", True)], f"{mode}: and schedules says so", last)


servers = {}
try:
    sessions = {}
    for mode in ("connections", "workers"):
        servers[mode] = Server()
        sessions[mode] = install_by_the_hint(servers[mode], mode)
        set_up(sessions[mode])
    schedule_in_every_way(servers["connections"], sessions["connections"])
    other = schedule_from_elsewhere(servers["connections"], sessions["connections"])
    run(sessions["connections"], "SELECT moodle_fdw.schedule('* * * * *')")
    bot = servers["workers"].connect("warehouse", "bot")
    run(bot, "SELECT moodle_fdw.schedule('* * * * *')")
    run(sessions["workers"], "SELECT moodle_fdw.schedule('* * * * *', 'tokenless', 'in vain')")
    check_run(sessions["connections"], "connections", "postgres")
    check_run(sessions["workers"], "workers", "bot")
    wait_for_run(other, "instances = '{three}'")
    ok(run(other, "SELECT status, role_name FROM moodle_fdw.runs WHERE instances = '{three}' ORDER BY run_id LIMIT 1")
       == [("completed", "postgres")], "the other database is refreshed too", run(other, "TABLE moodle_fdw.runs"))
    wait_for_run(other, "instances = '{resting}'")
    rested = run(other, "SELECT status, message FROM moodle_fdw.runs WHERE instances = '{resting}' LIMIT 1")
    ok(len(rested) == 1 and rested[0][0] == "cancelled" and "quiet hours of resting until" in rested[0][1],
       "a schedule does not come into quiet hours", rested)
    ok(one(other, "SELECT count(*) FROM moodle_raw.landing WHERE instance = 'resting'") == 0, "nothing is read in them")
    failed = run(sessions["workers"], "SELECT last_status, last_message FROM moodle_fdw.schedules WHERE name = 'in vain'")
    ok(len(failed) == 1 and failed[0][0] == "failed" and "no instance to refresh" in failed[0][1],
       "one that cannot work is shown as failed, with the reason", failed)
    ok(one(bot, "SELECT moodle_fdw.unschedule()") == 1, "a role takes back its own")
    ok(one(sessions["workers"], "SELECT moodle_fdw.unschedule()") == 1, "a superuser everyone's")
    statement = failure(other, "SELECT moodle_fdw.unschedule('three')").diag.message_hint.split(": ", 1)[1]
    run(sessions["connections"], statement)
    run(sessions["connections"], statement.replace("three", "resting"))
    ok(one(sessions["connections"], "SELECT count(*) FROM cron.job WHERE database = 'elsewhere'") == 0,
       "unschedule()'s hint works in the other database", statement)
    logs = "".join(server.log() for server in servers.values())
    ok("cron job" in logs and "simadmin" not in logs, "no token in a log")
finally:
    for server in servers.values():
        server.remove()
done()
