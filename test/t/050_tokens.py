#!/usr/bin/python3
"""A token stands in no log, error, plan, view, URL or process title."""
import glob
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, run

# Moodle's are 32 hexadecimal digits; this one is made here, so that no file holds it.
SECRET = "f00dfeed" * 4
sim = Sim("--users", "300", "--courses", "5")
session = connect()
add_instance(session, "good", sim.url)
run(session, "ALTER SYSTEM SET log_min_error_statement = 'error'")
run(session, "SELECT pg_reload_conf()")
time.sleep(0.3)
seen = []


def keep(text):
    seen.append(str(text))


# Adding fails in many ways, with the token in the statement.
for sql in (f"SELECT moodle_fdw.add_instance('good', '{sim.url}', '{SECRET}')",
            f"SELECT moodle_fdw.add_instance('Bad Name', '{sim.url}', '{SECRET}')",
            f"SELECT moodle_fdw.add_instance('x', 'ftp://nowhere', '{SECRET}')",
            f"SELECT moodle_fdw.add_instance('x', '{sim.url}', '{SECRET}', '{{\"nonsense\": 1}}')",
            f"SELECT moodle_fdw.add_instance('x', '{sim.url}', '{SECRET} x')",
            f"CREATE SERVER s FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url '{sim.url}', token '{SECRET}')",
            f"CREATE USER MAPPING FOR PUBLIC SERVER good OPTIONS (tokn '{SECRET}')"):
    error = failure(session, sql)
    ok(error is not None, f"refused: {sql[:60]}…".replace(SECRET, "TOKEN"))
    keep(error)
    keep(getattr(error.diag, "context", ""))
run(session, "ALTER SYSTEM RESET log_min_error_statement")
run(session, "SELECT pg_reload_conf()")
time.sleep(0.3)

# Using it: refused by the site, echoed by the site, in plans, views and statistics.
add_instance(session, "bad", sim.url, token=SECRET, retries="0")
for fault in (None, dict(kind="http_status", status=500, body=f"token {SECRET} is bad"),
              dict(kind="moodle_error", errorcode="x", exception="x", message=f"wstoken={SECRET}"),
              dict(kind="http_status", status=303, location=f"http://elsewhere/?wstoken={SECRET}")):
    sim.clear()
    if fault:
        sim.fault(times=-1, **fault)
    error = failure(session, "SELECT * FROM bad.users")
    ok(error is not None, f"an error of the site: {fault and fault['kind']}")
    keep(error)
    keep(run(session, "SELECT * FROM moodle_fdw.last_scan()"))
sim.clear()
keep(run(session, "EXPLAIN (VERBOSE) SELECT * FROM bad.users"))
keep(run(session, "EXPLAIN (VERBOSE, ANALYZE, FORMAT JSON) SELECT * FROM good.users"))
keep(run(session, "SELECT * FROM moodle_fdw.instances"))
run(session, "CREATE ROLE nobody_special LOGIN")
other = connect(user="nobody_special")
keep(run(other, "SELECT * FROM pg_user_mappings"))
keep(run(other, "SELECT * FROM pg_stat_activity"))
ok(one(other, "SELECT count(*) FROM pg_user_mappings WHERE umoptions IS NOT NULL") == 0,
   "other roles see no mapping's options")
other.close()
run(session, "DROP ROLE nobody_special")

# While a scan runs: titles of processes, and what the site saw of the address.
sim.fault(kind="delay_ms", ms=1500, times=1)
query = Query("SELECT count(*) FROM good.users")
time.sleep(0.5)
keep(subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout)
query.join(10)
ok(query.error is None, "the watched scan ends well", query.error)
ok(sim.stats()["tokens_in_url"] == 0, "no token in a URL", sim.stats())

ok(not any(SECRET in text for text in seen), "errors, plans and views hold no token",
   [text for text in seen if SECRET in text])
leaky = []
for log in glob.glob(os.path.dirname(os.environ["CLUSTER_LOG"]) + "/*"):
    with open(log, encoding="utf-8", errors="replace") as lines:
        leaky += [line for line in lines if SECRET in line]
ok(not leaky, "the server's log holds no token", "".join(leaky[:5]).replace(SECRET, "TOKEN"))
sim.kill()
done()
