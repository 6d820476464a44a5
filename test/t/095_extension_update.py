#!/usr/bin/python3
"""An updated extension equals a freshly created one, and deploy() again keeps what is there."""
import difflib
import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import (ROOT, Sim, add_instance, connect, done, failure, ok, one, run,
                     temporary_directory)

OLD = "0.1"
LAYERS = "'moodle_raw', 'moodle_stg', 'moodle_mart'"

# All that can be told of a relation, a routine and a schema; {oid} is what it is asked of.
# Some builds of the server stamp a column with the WAL position at which it was made (15.20 of
# Debian does): that differs between any two databases, two fresh ones too.
OPTIONS = "ARRAY(SELECT one FROM unnest(attoptions) one WHERE one NOT LIKE 'pg_attver=%%')"
RELATION = f"""
    SELECT jsonb_build_object(
        'kind', relkind, 'persistence', relpersistence, 'options', reloptions,
        'row security', relrowsecurity, 'partition key', pg_get_partkeydef(oid),
        'bound', pg_get_expr(relpartbound, oid), 'definition', pg_get_viewdef(oid),
        'rights', coalesce(relacl, acldefault('r', relowner))::text,
        'columns', (SELECT jsonb_agg(jsonb_build_array(
                        attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                        attgenerated, attcollation::regcollation, attstorage, attcompression,
                        attstattarget, {OPTIONS}, attacl::text, pg_get_expr(adbin, adrelid),
                        col_description(attrelid, attnum)) ORDER BY attnum)
                    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                    WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped),
        'constraints', (SELECT jsonb_object_agg(conname, pg_get_constraintdef(pg_constraint.oid))
                        FROM pg_constraint WHERE conrelid = pg_class.oid),
        'indexes', (SELECT jsonb_object_agg(indexrelid::regclass, pg_get_indexdef(indexrelid))
                    FROM pg_index WHERE indrelid = pg_class.oid),
        'triggers', (SELECT jsonb_object_agg(tgname, pg_get_triggerdef(pg_trigger.oid))
                     FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal),
        'rules', (SELECT jsonb_object_agg(rulename, pg_get_ruledef(pg_rewrite.oid))
                  FROM pg_rewrite WHERE ev_class = pg_class.oid),
        'sequence', (SELECT to_jsonb(s) - 'seqrelid' FROM pg_sequence s WHERE seqrelid = oid))
    FROM pg_class WHERE oid = {{oid}}"""
ROUTINE = """
    SELECT jsonb_build_object(
        'definition', CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END,
        'rights', coalesce(proacl, acldefault('f', proowner))::text)
    FROM pg_proc WHERE oid = {oid}"""
WRAPPER = """
    SELECT jsonb_build_object('handler', fdwhandler::regproc, 'validator', fdwvalidator::regproc,
                              'options', fdwoptions,
                              'rights', coalesce(fdwacl, acldefault('F', fdwowner))::text)
    FROM pg_foreign_data_wrapper WHERE oid = {oid}"""
MEMBERS = f"""
    SELECT who.type || ' ' || who.identity, coalesce(obj_description(objid, classid::regclass::text::name), '-'),
           coalesce((SELECT privtype::text || initprivs::text FROM pg_init_privs first
                     WHERE first.objoid = objid AND first.classoid = classid AND first.objsubid = 0), '-'),
           jsonb_pretty(CASE classid WHEN 'pg_class'::regclass THEN ({RELATION.format(oid='objid')})
                                     WHEN 'pg_proc'::regclass THEN ({ROUTINE.format(oid='objid')})
                                     WHEN 'pg_foreign_data_wrapper'::regclass
                                     THEN ({WRAPPER.format(oid='objid')}) END)
    FROM pg_depend, pg_identify_object(classid, objid, 0) who
    WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
      AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'moodle_fdw')
    ORDER BY who.type, who.identity COLLATE "C" """
EXTENSION = """
    SELECT extversion, extrelocatable, extnamespace::regnamespace::text,
           ARRAY(SELECT config.of::regclass::text || coalesce(' ' || nullif(config.condition, ''), '')
                 FROM unnest(extconfig, extcondition) WITH ORDINALITY config(of, condition, nr)
                 ORDER BY nr)::text,
           (SELECT nspacl::text FROM pg_namespace WHERE pg_namespace.oid = extnamespace)
    FROM pg_extension WHERE extname = 'moodle_fdw'"""
WAREHOUSE = f"""
    SELECT 'schema', nspname::text, obj_description(oid, 'pg_namespace'), nspacl::text
    FROM pg_namespace WHERE nspname IN ({LAYERS})
    UNION ALL
    SELECT 'relation', oid::regclass::text, obj_description(oid, 'pg_class'),
           jsonb_pretty(({RELATION.format(oid='of.oid')}))
    FROM pg_class of WHERE relkind <> 'i' AND relnamespace::regnamespace::text IN ({LAYERS})
    UNION ALL
    SELECT 'routine', oid::regprocedure::text, obj_description(oid, 'pg_proc'),
           jsonb_pretty(({ROUTINE.format(oid='of.oid')}))
    FROM pg_proc of WHERE pronamespace::regnamespace::text IN ({LAYERS})
    ORDER BY 1, 2"""
TABLES = f"""SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition
      AND relnamespace::regnamespace::text IN ({LAYERS}) ORDER BY 1"""


def told(rows):
    return [line for row in rows for field in row for line in str(field).split("\n")]


def catalogue(connection):
    return (told(run(connection, EXTENSION)) + told(run(connection, MEMBERS))
            + [row for table in member_tables(connection) for row in contents(connection, table)])


def member_tables(connection):
    """Those whose rows the extension brings: its settings. The unions are of foreign tables."""
    return [name for name, in run(connection, """
        SELECT objid::regclass::text FROM pg_depend JOIN pg_class ON pg_class.oid = objid
        WHERE refclassid = 'pg_extension'::regclass AND classid = 'pg_class'::regclass
          AND deptype = 'e' AND relkind = 'r'
          AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'moodle_fdw') ORDER BY 1""")]


def contents(connection, table):
    return [f"{table} {row}" for row, in run(
        connection, f"SELECT of::text FROM {table} of ORDER BY 1")]


def same(here, there, what):
    difference = list(difflib.unified_diff(there, here, "expected", "here", lineterm="", n=1))
    ok(here == there and len(there) > 50, what, "\n".join(difference[:60]) or f"{len(there)} lines")


def assembled(old, name):
    """What sql/assemble makes of `old` as the install script of version 0.0."""
    directory = temporary_directory()
    script = os.path.join(directory, "moodle_fdw--0.0.sql")
    update = os.path.join(directory, name)
    with open(script, "w") as file:
        file.write(old)
    made = subprocess.run([ROOT + "/sql/assemble", update, script], capture_output=True, text=True)
    text = ""
    if made.returncode == 0:
        with open(update) as file:
            text = file.read()
    return made, text


# The maker of the update, on what was never released.
directory = temporary_directory()
subprocess.run([ROOT + "/sql/assemble", directory + "/whole.sql"], check=True)
with open(directory + "/whole.sql") as file:
    whole = file.read()
made, text = assembled(whole, "same.sql")
ok(made.returncode == 0 and text.count("\n") == 1 and "ALTER EXTENSION" in text,
   "from this version to this version there is nothing to do", made.stderr + text[:500])
made, text = assembled(whole.replace("part of deploy()", "part of it"), "changed.sql")
layers = len(glob.glob(ROOT + "/sql/*/tables"))
ok(layers >= 3 and text.count("CREATE OR REPLACE FUNCTION @extschema@.deploy_") == layers
   and text.count("-- sql/moodle_fdw") == 0 and "@extschema@.add_instance(" not in text,
   "a changed layer's deploy function is made anew over the old, and nothing else", made.stderr)
made, text = assembled(whole.replace("run_id bigint GENERATED", "run_id integer GENERATED"), "table.sql")
ok(made.returncode != 0 and "sql/upgrade/0.0/run/runs.sql must say" in made.stderr,
   "a changed table is not passed over", made.stderr)
made, text = assembled(whole + "\n-- sql/live/bygone.sql\nCREATE VIEW @extschema@.bygone AS SELECT 1;\n",
                       "gone.sql")
ok(made.returncode != 0 and "sql/upgrade/0.0/live/bygone.sql must say" in made.stderr,
   "nor is an object that is no more", made.stderr)

fresh = connect()
run(fresh, "SET search_path = ''")
current = one(fresh, "SELECT default_version FROM pg_available_extensions WHERE name = 'moodle_fdw'")
fresh_catalogue = catalogue(fresh)
run(fresh, "SELECT moodle_fdw.deploy()")
fresh_warehouse = told(run(fresh, WAREHOUSE))

# A database as the old version left it. The present library knows entities that its own did not.
sim = Sim("--users", "300", "--courses", "8")
database = os.environ["PGDATABASE"] + "_old"
run(fresh, f"DROP DATABASE IF EXISTS {database}")
run(fresh, f"CREATE DATABASE {database}")
session = connect(dbname=database)
run(session, f"CREATE EXTENSION moodle_fdw VERSION '{OLD}'")
run(session, "ALTER EXTENSION moodle_fdw DROP TABLE moodle_fdw.participants")
add_instance(session, "one", sim.url, max_connections="3")
run(session, "DROP TABLE moodle_fdw.participants CASCADE")
run(session, """CREATE VIEW public.people AS SELECT instance, user_id, email FROM moodle_fdw.users;
    GRANT SELECT ON moodle_fdw.users TO PUBLIC;
    CREATE FOREIGN TABLE public.groups (course bigint OPTIONS (param 'courseid'), name text)
    SERVER one OPTIONS (wsfunction 'core_group_get_course_groups', rows '/*', fan_out 'courses')""")
ok(one(session, "SELECT extversion FROM pg_extension WHERE extname = 'moodle_fdw'") == OLD
   and one(session, "SELECT to_regprocedure('moodle_fdw.deploy()') IS NULL")
   and one(session, "SELECT to_regclass('one.participants') IS NULL"),
   f"{OLD} is installed as it was")
counts = ("SELECT (SELECT count(*) FROM public.people), (SELECT count(*) FROM one.enrolments), "
          "(SELECT count(*) FROM public.groups), (SELECT count(*) FROM moodle_fdw.courses), "
          "(SELECT relacl::text FROM pg_class WHERE oid = 'moodle_fdw.users'::regclass)")
before = run(session, counts)
ok(all(before[0]), "its live tables have rows", before)

run(session, "ALTER EXTENSION moodle_fdw UPDATE")
session.close()
session = connect(dbname=database)
ok(one(session, "SELECT extversion FROM pg_extension WHERE extname = 'moodle_fdw'") == current != OLD
   and one(session, "SELECT moodle_fdw.version()") == current, f"ALTER EXTENSION brings {current}")
ok(run(session, counts) == before, "live tables, and what was made with them, are as before",
   run(session, counts))
run(session, "REVOKE SELECT ON moodle_fdw.users FROM PUBLIC")
run(session, "SET search_path = ''")
# The instance's tables are partitions; no member is among them.
same(catalogue(session), fresh_catalogue, "the updated extension equals a fresh one, object by object")
ok(one(session, """SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass
                   AND deptype = 'e' AND objid IN (SELECT ftrelid FROM pg_foreign_table)""") == 0,
   "no table of an instance became the extension's")

run(session, "SELECT moodle_fdw.deploy()")
same(told(run(session, WAREHOUSE)), fresh_warehouse, "deploy() makes the warehouse of a fresh install")
ok(one(session, "SELECT moodle_fdw.complete_instance('one')") == ["participants"],
   "an instance of before gets the tables that it lacks")
ok(one(session, "SELECT moodle_fdw.complete_instance('one')") == [], "once")
ok(one(session, "SELECT count(*) FROM moodle_fdw.participants WHERE instance = 'one'")
   == one(session, "SELECT count(DISTINCT (course_id, user_id)) FROM one.enrolments") > 0,
   "which are part of the unions")
missing = failure(session, "SELECT moodle_fdw.complete_instance('nobody')")
ok(missing is not None and missing.pgcode == "42704", "of no instance: an error", missing)

run(session, "CALL moodle_fdw.refresh()")
ok(one(session, "SELECT status FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1") == "completed",
   "a refresh of the instance of before completes",
   run(session, "SELECT name, message, hint FROM moodle_fdw.run_errors"))
ok(one(session, "SELECT count(*) FROM moodle_stg.users")
   == one(session, "SELECT count(*) FROM moodle_fdw.users") > 0
   and one(session, "SELECT count(*) FROM moodle_mart.course_performance") > 0,
   "and fills the warehouse")

add_instance(session, "two", sim.url)
instance_tables = """
    SELECT relname::text, array_to_string(ftoptions, ' '), obj_description(relation.oid, 'pg_class'),
           relispartition, (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' '
                            || coalesce(array_to_string(attfdwoptions, ' '), ''), chr(10) ORDER BY attnum)
                            FROM pg_attribute WHERE attrelid = relation.oid AND attnum > 0)
    FROM pg_class relation JOIN pg_foreign_table ON ftrelid = relation.oid
    WHERE relnamespace::regnamespace::text = %s ORDER BY 1"""
same(told(run(session, instance_tables, "one")), told(run(session, instance_tables, "two")),
     "the instance of before has all tables of a new one")
run(session, "SELECT moodle_fdw.remove_instance('two', purge => true)")

# What users add to it: a column to each table, indexes, a view, rules of their own.
tables = [name for name, in run(session, TABLES)]
for table in tables:
    run(session, f"ALTER TABLE {table} ADD COLUMN own_note text")
    run(session, f"CREATE INDEX ON {table} (own_note)")
run(session, """UPDATE moodle_stg.users SET own_note = 'note ' || moodle_user_id;
    CREATE VIEW public.noted AS SELECT u.own_note, u.email, p.course_name
    FROM moodle_stg.users u JOIN moodle_mart.course_performance p USING (instance, moodle_user_id);
    COMMENT ON COLUMN moodle_stg.users.own_note IS 'ours';
    GRANT SELECT ON moodle_mart.course_performance TO PUBLIC;
    UPDATE moodle_stg.role_ranks SET rank = 99 WHERE shortname = 'student';
    DELETE FROM moodle_mart.role_kinds WHERE shortname = 'student'""")
noted = one(session, "SELECT count(own_note) FROM public.noted")
rows = [row for table in tables for row in contents(session, table)]
run(session, "SELECT moodle_fdw.deploy()")
deployed = told(run(session, WAREHOUSE))
ok([row for table in tables for row in contents(session, table)] == rows and len(rows) > 1000,
   "deploy() on a filled warehouse keeps every row as it is", len(rows))
ok(one(session, f"""SELECT count(*) FROM pg_index JOIN pg_attribute
                    ON attrelid = indrelid AND attnum = indkey[0] AND attname = 'own_note'
                    WHERE indrelid::regclass::text = ANY (%s)""", tables) == len(tables) > 10,
   "and columns and indexes that users added")
ok(one(session, "SELECT count(own_note) FROM public.noted") == noted > 0, "and their views")
run(session, "SELECT moodle_fdw.deploy()")
same(told(run(session, WAREHOUSE)), deployed, "and changes nothing the next time")

# What is missing comes back; what follows takes added columns as they are.
run(session, """DROP VIEW moodle_mart.student_performance;
    CREATE VIEW moodle_mart.student_performance AS SELECT 1 AS ours""")
changed = told(run(session, WAREHOUSE))
refused = failure(session, "SELECT moodle_fdw.deploy()")
ok(refused is not None and refused.pgcode == "42P16" and told(run(session, WAREHOUSE)) == changed,
   "a view of the warehouse with columns of the user's is an error, and nothing is changed", refused)
run(session, """DROP VIEW moodle_mart.student_performance;
    COMMENT ON COLUMN moodle_stg.users.email IS NULL""")
run(session, "SELECT moodle_fdw.deploy()")
same(told(run(session, WAREHOUSE)), deployed, "a view and a comment that were lost are made again")
run(session, "UPDATE moodle_stg.users SET lastname = 'unlike the site', own_note = 'kept'")
run(session, "DELETE FROM moodle_fdw.loaded")
run(session, "CALL moodle_fdw.refresh(full_scan => true)")
ok(one(session, "SELECT status FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1") == "completed"
   and one(session, "SELECT bool_and(own_note = 'kept' AND lastname <> 'unlike the site') "
                    "FROM moodle_stg.users"),
   "a load goes by the added columns, and leaves what is in them",
   run(session, "SELECT name, message, hint FROM moodle_fdw.run_errors"))
session.close()
run(fresh, f"DROP DATABASE {database} WITH (FORCE)")
sim.kill()
done()
