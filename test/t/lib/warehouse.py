"""What the tests of refresh share: a warehouse's whole content, and what must hold of it."""
import os
import subprocess
import time

import psycopg2

from harness import connect, one, run

REFRESH = "CALL moodle_fdw.refresh()"
# When a row was read or made differs between two warehouses of the same sites.
MOMENTS = {"ts_extract", "ts_load", "ts_generated", "data_as_of"}
WORKERS = ("SELECT pid FROM pg_stat_activity WHERE backend_type LIKE 'moodle_fdw refresh of %%' "
           "AND datname = current_database() ORDER BY pid")


def versions(connection, instance=None):
    """Every version of every record, in order, by what the site said."""
    return run(connection, """
        SELECT instance, entity, unit_id, record_key, hash_content::text, is_deleted,
               row_number() OVER (PARTITION BY instance, entity, unit_id, record_key ORDER BY id)
        FROM moodle_raw.landing WHERE instance = coalesce(%s, instance)
        ORDER BY 1, 2, 3, 4, 7""", instance)


def doubles(connection):
    """Versions that repeat what the one before says, or do not follow on it."""
    return run(connection, """
        SELECT instance, entity, record_key, id, previous_id, older
        FROM (SELECT *, lag(id) OVER record AS older, lag(hash_content) OVER record AS old_hash,
                     lag(is_deleted) OVER record AS old_deleted
              FROM moodle_raw.landing
              WINDOW record AS (PARTITION BY instance, entity, unit_id, record_key ORDER BY id)) version
        WHERE previous_id IS DISTINCT FROM older
           OR (old_hash = hash_content AND old_deleted = is_deleted) LIMIT 10""")


def tables(connection, schema, without=frozenset()):
    """Every table of a layer: its rows less the moments and the columns `without`, sorted."""
    content = {}
    for (table,) in run(connection, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
                        "AND relnamespace = %s::regnamespace AND NOT relispartition ORDER BY 1", schema):
        columns = [row[0] for row in run(
            connection, "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped ORDER BY attname", f"{schema}.{table}") if row[0] not in MOMENTS | without]
        listed = ", ".join(f'"{name}"' for name in columns)
        content[table] = run(connection, f"SELECT to_jsonb(kept)::text FROM (SELECT {listed} FROM "
                                         f"{schema}.{table}) kept ORDER BY 1")
    return content


def difference(expected, found):
    """In words, where two results of versions() or tables() differ; empty if they do not."""
    if isinstance(expected, dict):
        return "\n".join(f"{table}: {text}" for table in expected
                         if (text := difference(expected[table], found.get(table, []))))
    missing = sorted(set(map(str, expected)) - set(map(str, found)))
    surplus = sorted(set(map(str, found)) - set(map(str, expected)))
    if not missing and not surplus and len(expected) == len(found):
        return ""
    return (f"{len(expected)} expected, {len(found)} found; {len(missing)} missing: "
            f"{[row[:300] for row in missing[:3]]}; {len(surplus)} surplus: "
            f"{[row[:300] for row in surplus[:3]]}")


def soon(what):
    """What `what` gives as soon as the server has recovered."""
    for _ in range(300):
        try:
            return what()
        except psycopg2.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("the server did not come back")


def reconnect(**more):
    return soon(lambda: connect(**more))


def start_server(options=""):
    """Starts the test's cluster again: after its postmaster was killed, or with other settings."""
    command = [os.environ["PGBIN"] + "/pg_ctl", "-D", os.environ["CLUSTER"] + "/data", "-l",
               os.environ["CLUSTER_LOG"], "-w", "-s", "-m", "fast", "-o", options, "restart"]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    for _ in range(50):
        if subprocess.run(command, cwd=os.environ["CLUSTER"] + "/run", stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return
        time.sleep(0.1)  # the last of the old processes hold the shared memory
    raise RuntimeError("the server does not start")


def postmaster_pid():
    with open(os.environ["CLUSTER"] + "/data/postmaster.pid", encoding="ascii") as file:
        return int(file.readline())


def wait_until(condition, seconds=10.0, pause=0.02):
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return False


def last_run(connection):
    rows = run(connection, "SELECT run_id, status, resumed, message FROM moodle_fdw.runs "
                           "ORDER BY run_id DESC LIMIT 1")
    return rows[0] if rows else (None, None, None, None)


def asked(connection, run_id, names):
    """Requests of a run over instances that are known to be done: whose transaction was committed."""
    return one(connection, "SELECT coalesce(sum(requests), 0)::bigint FROM moodle_fdw.run_steps "
                           "WHERE run_id = %s AND instance = ANY (%s)", run_id, list(names))
