#!/usr/bin/python3
"""Grants, policies, pseudonyms and the forgotten are in a dump, and in force where it is restored; a
refresh in other processes, and while they come into force, is held to them."""
import os
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, run
from warehouse import REFRESH, last_run, wait_until

BINARIES = os.environ["PGBIN"]
COPY = os.environ["PGDATABASE"] + "_copy"
ROLES = ("t_dean", "t_web", "t_bot", "t_admin", "moodle_reader", "moodle_etl", "moodle_admin")


def sql_as(connection, role, statement, claims=""):
    """What a role is given, or the SQLSTATE of its error; the whole in one transaction."""
    run(connection, "BEGIN")
    run(connection, "SELECT set_config('role', %s, true), set_config('request.jwt.claims', %s, true)", role, claims)
    error = failure(connection, statement)
    if error is not None:
        run(connection, "ROLLBACK")
        return error.pgcode
    rows = run(connection, statement)
    run(connection, "ROLLBACK")
    return rows


def seen(connection):
    courses = "SELECT instance, moodle_course_id FROM moodle_mart.course_summary ORDER BY 1, 2"
    people = "SELECT instance, moodle_user_id, username FROM moodle_stg.users ORDER BY 1, 2"
    return {"dean": (sql_as(connection, "t_dean", courses), sql_as(connection, "t_dean", people)),
            "carla": sql_as(connection, "t_web", courses, '{"username": "carla"}'),
            "mallory": sql_as(connection, "t_web", courses, '{"username": "mallory"}'),
            "reader": sql_as(connection, "moodle_reader", courses),
            "bot": sql_as(connection, "t_bot", courses)}


def names(connection):
    return one(connection, "SELECT count(*) FROM moodle_raw.landing WHERE entity IN ('user', 'enrolment') "
                           "AND data_json ->> 'username' NOT LIKE '~%%'")


def of(connection, person):
    return one(connection, "SELECT (SELECT count(*) FROM moodle_stg.users WHERE moodle_user_id = %s) "
                           "+ (SELECT count(*) FROM moodle_raw.landing WHERE entity = 'enrolment' AND moodle_id = %s) "
                           "+ (SELECT count(*) FROM moodle_mart.course_performance WHERE moodle_user_id = %s)",
               person, person, person)


def changed(number):
    sim.kill()
    sim.arguments = ("--seed", "7", "--users", str(60 + number), "--courses", "12", "--per-course", str(8 + number))
    sim.start()


sim = Sim("--seed", "7", "--users", "60", "--courses", "12", "--per-course", "8")
session = connect()
run(session, "SELECT moodle_fdw.setup_roles()")
for role in ROLES[:4]:
    run(session, f"CREATE ROLE {role} LOGIN")
run(session, "GRANT moodle_etl TO t_bot; GRANT moodle_admin TO t_admin")
add_instance(session, "alpha", sim.url, retries="1", retry_max_delay="50ms")
run(session, "CREATE USER MAPPING FOR t_bot SERVER alpha OPTIONS (token 'simadmin')")
bot = connect(user="t_bot")
run(bot, REFRESH)
directorate = one(session, "SELECT directorate FROM moodle_mart.course_units WHERE directorate IS NOT NULL "
                           "GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
person = one(session, "SELECT moodle_user_id FROM moodle_mart.course_performance GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
run(session, "SELECT moodle_fdw.grant_access('t_dean', %s)", directorate)
run(session, "SELECT moodle_fdw.grant_access('carla', %s, web => true)", directorate)
run(session, "SELECT moodle_fdw.trust_claims('t_web')")
run(session, "INSERT INTO moodle_mart.course_unit_rules (instance, moodle_course_id, directorate) "
             "SELECT 'alpha', min(moodle_course_id), NULL FROM moodle_mart.course_units WHERE directorate = %s", directorate)
run(session, "SELECT moodle_fdw.pseudonymise('alpha')")
run(session, "SELECT moodle_fdw.forget_user('alpha', %s)", person)
before = seen(session)
ok(0 < len(before["dean"][0]) < len(before["bot"]) and before["carla"] == before["dean"][0]
   and before["mallory"] == "42501" and before["reader"] == [], "each sees what is theirs", before)
ok(names(session) == 0 and of(session, person) == 0, "under pseudonyms, and one not at all")

# A dump by the owner, and by who does not see all.
partly = subprocess.run([BINARIES + "/pg_dump", "-U", "t_dean", "-n", "moodle_mart", "-f", os.devnull,
                         os.environ["PGDATABASE"]], capture_output=True, text=True, check=False)
ok(partly.returncode != 0, "who does not see all dumps nothing", partly.stderr)
dump = subprocess.run([BINARIES + "/pg_dump", "-Fc", os.environ["PGDATABASE"]], capture_output=True, check=True).stdout
run(session, f"CREATE DATABASE {COPY}")
restored = subprocess.run([BINARIES + "/pg_restore", "--exit-on-error", "-d", COPY], input=dump,
                          capture_output=True, check=False)
ok(restored.returncode == 0, "a dump is restored", restored.stderr.decode())
copy = connect(dbname=COPY)
ok(seen(copy) == before, "and each sees what they saw", seen(copy))
ok(run(copy, "SELECT relation::text, problem FROM moodle_fdw.access_gaps") == [], "with no gap",
   run(copy, "SELECT relation::text, problem FROM moodle_fdw.access_gaps"))
ok(one(copy, "SELECT md5(key) FROM moodle_fdw.pseudonym_keys") == one(session, "SELECT md5(key) FROM moodle_fdw.pseudonym_keys"),
   "the key is there")
ok(failure(copy, "SELECT moodle_fdw.deploy()") is None and seen(copy) == before, "deploy() leaves it so")
versions = one(copy, "SELECT count(*) FROM moodle_raw.landing")
copied_bot = connect(dbname=COPY, user="t_bot")
run(copied_bot, REFRESH)
ok(last_run(copy)[1] == "completed" and one(copy, "SELECT count(*) FROM moodle_raw.landing") == versions,
   "a refresh there finds nothing new", last_run(copy))
changed(1)
run(copied_bot, REFRESH)
ok(one(copy, "SELECT count(*) FROM moodle_raw.landing") > versions and names(copy) == 0 and of(copy, person) == 0,
   "and lands what is new under the same pseudonyms, without the forgotten", f"{names(copy)} {of(copy, person)}")

# While a refresh is under way: who forgets waits for it, and comes after it.
other = one(session, "SELECT moodle_user_id FROM moodle_mart.course_performance GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
changed(2)
sim.fault(kind="stall_before", ms=3000, times=1, function="core_enrol_get_enrolled_users")
refresh = Query(REFRESH, user="t_bot")
wait_until(lambda: one(session, "SELECT count(*) FROM moodle_fdw.run_steps WHERE status = 'running'") > 0)
begun = time.monotonic()
forgetting = threading.Thread(target=run, args=(connect(), "SELECT moodle_fdw.forget_user('alpha', %s)", other))
forgetting.start()
time.sleep(0.5)
ok(forgetting.is_alive() and one(session, "SELECT count(*) FROM moodle_fdw.forgotten WHERE moodle_user_id = %s", other) == 0,
   "who forgets waits for a refresh")
refresh.join(60)
forgetting.join(60)
ok(of(session, other) == 0 and last_run(session)[1] == "completed", f"and comes after it ({time.monotonic() - begun:.0f} s)",
   f"{of(session, other)} {last_run(session)}")

for connection in (copy, copied_bot, bot):
    connection.close()
run(session, f"DROP DATABASE {COPY} WITH (FORCE)")
run(session, "SELECT moodle_fdw.remove_instance('alpha', purge => true)")
for role in ROLES:
    run(session, f"DROP OWNED BY {role} CASCADE")
    run(session, f"DROP ROLE {role}")
done()
