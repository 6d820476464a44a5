#!/usr/bin/python3
"""pg_dump and restore keep servers, mappings, tables and union partitions."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Sim, add_instance, connect, done, ok, one, run

sim = Sim("--users", "500", "--courses", "10")
session = connect()
add_instance(session, "one", sim.url, max_connections="3")
add_instance(session, "two", sim.url)
run(session, """CREATE SCHEMA own;
    CREATE FOREIGN TABLE own.groups (
        group_id bigint OPTIONS (path 'id'), course bigint OPTIONS (param 'courseid'),
        name text, raw jsonb OPTIONS (path ''))
    SERVER one OPTIONS (wsfunction 'core_group_get_course_groups', rows '/*', fan_out 'courses')""")
counts = ("SELECT (SELECT count(*) FROM moodle_fdw.users), (SELECT count(*) FROM one.enrolments), "
          "(SELECT count(*) FROM own.groups), "
          "(SELECT count(*) FROM moodle_fdw.courses WHERE instance = 'two')")
before = run(session, counts)
ok(before[0][0] == 2 * one(session, "SELECT count(*) FROM one.users"), "both instances are read")

binaries = os.environ["PGBIN"]
database = os.environ["PGDATABASE"]
for form in ("plain", "custom"):
    copy = database + "_" + form
    run(session, f"DROP DATABASE IF EXISTS {copy}")
    run(session, f"CREATE DATABASE {copy}")
    dump = subprocess.run([binaries + "/pg_dump", "-F", form[0], database], capture_output=True,
                          check=True).stdout
    command = ([binaries + "/psql", "-qX", "-v", "ON_ERROR_STOP=1"] if form == "plain"
               else [binaries + "/pg_restore", "--exit-on-error"])
    restored = subprocess.run([*command, "-d", copy], input=dump, capture_output=True)
    ok(restored.returncode == 0, f"a {form} dump is restored", restored.stderr.decode())
    target = connect(dbname=copy)
    ok(run(target, counts) == before, f"and gives the same rows ({form})", run(target, counts))
    ok(run(target, "SELECT name, url, options, has_token FROM moodle_fdw.instances")
       == run(session, "SELECT name, url, options, has_token FROM moodle_fdw.instances"),
       f"instances with options and mappings ({form})")
    run(target, "SELECT moodle_fdw.remove_instance('two')")
    ok(one(target, "SELECT count(*) FROM moodle_fdw.instances") == 1, f"and can be removed ({form})")
    target.close()
    run(session, f"DROP DATABASE {copy}")
sim.kill()
done()
