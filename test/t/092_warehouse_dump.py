#!/usr/bin/python3
"""A filled warehouse moves to another cluster by pg_dump and pg_restore, and is refreshed there."""
import atexit
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import (Query, Sim, add_instance, connect, done, failure, ok, one, run,
                     temporary_directory)
from warehouse import REFRESH, asked, difference, doubles, last_run, tables, versions, wait_until

LAYERS = ("moodle_stg", "moodle_mart")
BINARIES = os.environ["PGBIN"]
PORT = "5433"
# The extension's tables that hold what a user has: settings and the log.
KEPT = ("runs", "run_steps", "run_errors", "loaded", "user_transforms", "entity_settings", "data_checks")


def as_server(*command, **more):
    if os.geteuid() == 0:
        command = ("runuser", "-u", "postgres", "--", *command)
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", check=True, **more)


def site(seed, number):
    return ("--seed", str(seed), "--users", str(60 + number), "--courses", "12", "--per-course",
            str(6 + number), "--items", str(4 + number))


def change_sites(number):
    for seed, sim in enumerate(sims, 5):
        sim.kill()
        sim.arguments = site(seed, number)
        sim.start()


def kept(connection):
    return {table: run(connection, f"SELECT to_jsonb(kept)::text FROM moodle_fdw.{table} kept ORDER BY 1")
            for table in KEPT}


def whole(connection):
    """Every row, moments and numbers too."""
    return {f"{schema}.{table}": run(connection, f"SELECT to_jsonb(row)::text FROM {schema}.{table} row ORDER BY 1")
            for schema in ("moodle_raw", *LAYERS)
            for (table,) in run(connection, "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace "
                                            "AND relkind IN ('r', 'v')", schema)}


sims = [Sim(*site(5, 0)), Sim(*site(6, 0))]
session = connect()
for name, sim in zip(("alpha", "beta"), sims):
    add_instance(session, name, sim.url, retries="1", retry_max_delay="50ms")
run(session, "INSERT INTO moodle_fdw.entity_settings (entity, late_after) VALUES ('user', '3 hours')")
run(session, "CREATE TABLE public.own (instance text PRIMARY KEY, courses bigint)")
run(session, """SELECT moodle_fdw.add_transform('own', 'mart',
    'INSERT INTO public.own SELECT $1, count(*) FROM moodle_stg.courses WHERE instance = $1
     ON CONFLICT (instance) DO UPDATE SET courses = excluded.courses', '{courses}')""")
run(session, REFRESH)
change_sites(1)
run(session, REFRESH)
run(session, "ALTER TABLE moodle_stg.users ADD COLUMN note text DEFAULT 'mine'")
ok(last_run(session)[1] == "completed" and one(session, "SELECT max(version) FROM (SELECT count(*) AS version "
   "FROM moodle_raw.landing GROUP BY instance, entity, unit_id, record_key) counted") > 1,
   "a warehouse with a history", last_run(session))
change_sites(2)
sims[0].fault(kind="stall_before", ms=20000, times=-1, function="core_completion_get_course_completion_status")
query = Query(REFRESH)
wait_until(lambda: one(session, "SELECT count(*) FROM moodle_fdw.run_steps WHERE name = 'completion' "
                                "AND status = 'running'") > 0)
run(session, "SELECT pg_terminate_backend(%s)", query.pid)
query.join(10)
wait_until(lambda: one(session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0)
sims[0].clear()
broken, status, _, _ = last_run(session)
before = asked(session, broken, ["alpha"])
ok(status == "running" and before > 20, "and with a run that has broken off", f"{last_run(session)} {before}")

directory = temporary_directory()
os.chmod(directory, 0o777)
as_server(BINARIES + "/initdb", "-D", directory + "/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
          "--locale=C.UTF-8", "--no-sync", "--no-instructions")
atexit.register(lambda: subprocess.run(
    ["runuser", "-u", "postgres", "--"] * (os.geteuid() == 0) + [
        BINARIES + "/pg_ctl", "-D", directory + "/data", "-s", "-m", "immediate", "stop"],
    cwd="/", capture_output=True, check=False))
with open(directory + "/data/postgresql.conf", "a", encoding="ascii") as file:
    file.write(f"listen_addresses = ''\nunix_socket_directories = '{directory}'\nport = {PORT}\nfsync = off\n")
as_server(BINARIES + "/pg_ctl", "-D", directory + "/data", "-l", directory + "/log", "-w", "-s", "start")
original = {"rows": whole(session), "kept": kept(session)}
dumped = {}
for form in ("plain", "custom"):
    dumped[form] = subprocess.run([BINARIES + "/pg_dump", "-F", form[0], os.environ["PGDATABASE"]],
                                  capture_output=True, check=True).stdout
alone = {"PGHOST": directory, "PGPORT": PORT}
os.environ.update(alone)
targets = []
for form in ("plain", "custom"):
    database = "moved_" + form
    maintenance = connect(dbname="postgres")
    run(maintenance, f"CREATE DATABASE {database}")
    maintenance.close()
    command = ([BINARIES + "/psql", "-qX", "-v", "ON_ERROR_STOP=1"] if form == "plain"
               else [BINARIES + "/pg_restore", "--exit-on-error"])
    restored = subprocess.run([*command, "-d", database], input=dumped[form], capture_output=True, check=False)
    ok(restored.returncode == 0, f"a {form} dump is restored in a new cluster", restored.stderr.decode())
    target = connect(dbname=database)
    targets.append(target)
    text = difference(original["rows"], whole(target))
    ok(not text, f"with every row of the three layers ({form})", text)
    text = difference(original["kept"], kept(target))
    ok(not text, f"the log of the runs, settings and transforms ({form})", text)

# The same refresh goes on in all three places.
for target, form in zip([*targets, session], ("plain", "custom", "where it was")):
    for sim in sims:
        sim.reset()
    error = failure(target, REFRESH)
    asked_now = sims[0].stats()["requests"]
    ok(error is None and last_run(target)[:3] == (broken, "completed", 1),
       f"the run that had broken off goes on ({form})", f"{error} {last_run(target)}")
    ok(asked_now <= asked(target, broken, ["alpha"]) - before + 5, f"where it stopped ({form})",
       f"{asked_now} asked, {before} were done, {asked(target, broken, ['alpha'])} in all")
    ok(not doubles(target), f"nothing lands twice ({form})", doubles(target))
    count = one(target, "SELECT count(*) FROM moodle_raw.landing")
    error = failure(target, REFRESH)
    ok(error is None and last_run(target)[0] == broken + 1
       and one(target, "SELECT count(*) FROM moodle_raw.landing") == count,
       f"the next run has the next number, and finds nothing new ({form})", f"{error} {last_run(target)}")
change_sites(3)
for target, form in zip(targets, ("plain", "custom")):
    last = one(target, "SELECT max(id) FROM moodle_raw.landing")
    run(target, REFRESH)
    ok(one(target, "SELECT count(*) FROM moodle_raw.landing WHERE id > %s", last) > 100,
       f"changes land ({form})")
run(session, REFRESH)
for target, form in zip(targets, ("plain", "custom")):
    text = difference(versions(session), versions(target))
    ok(not text, f"the same versions as where it was ({form})", text)
    for layer in LAYERS:
        text = difference(tables(session, layer), tables(target, layer))
        ok(not text, f"the same {layer} ({form})", text)
    ok(run(target, "SELECT * FROM public.own ORDER BY 1") == run(session, "SELECT * FROM public.own ORDER BY 1"),
       f"own transforms run ({form})")
    ok(failure(target, "SELECT moodle_fdw.remove_instance('alpha', true)") is None
       and one(target, "SELECT count(*) FROM moodle_raw.landing WHERE instance = 'alpha'") == 0,
       f"an instance can be removed ({form})")
    target.close()
for sim in sims:
    sim.kill()
done()
