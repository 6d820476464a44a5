#!/usr/bin/python3
"""kill -9 of a backend or of the Moodle in the middle of a scan leaves nothing broken."""
import os
import signal
import sys
import time

import psycopg2

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, run

sim = Sim("--users", "20000", "--courses", "40")
session = connect()
add_instance(session, "site", sim.url, retries="1", retry_max_delay="200ms")
whole = one(session, "SELECT count(*) FROM site.users")
ok(whole > 19000, "the site is read whole", whole)

# The Moodle dies within an answer.
sim.fault(kind="slow_drip", bytes=20000, ms=10, times=-1)
query = Query("SELECT count(*) FROM site.users")
time.sleep(1)
sim.kill()
query.join(20)
ok(query.error is not None and query.error.pgcode in ("08006", "08001"),
   "a killed Moodle is an error, not a short answer", f"{query.error} {query.rows}")
ok("site" in str(query.error) and "core_user_get_users" in str(query.error),
   "which names instance and function", query.error)
error = failure(session, "SELECT count(*) FROM site.users")
ok(error is not None and error.pgcode == "08001", "while it is away: connection refused", error)
sim.start()
ok(one(session, "SELECT count(*) FROM site.users") == whole, "the same session goes on with it")

# It restarts while a scan is under way, over kept-alive connections.
ok(one(session, "SELECT count(*) FROM site.enrolments") > 0, "connections are kept")
sim.kill()
sim.start()
error = failure(session, "SELECT count(*) FROM site.enrolments")
ok(error is None, "dead kept-alive connections are replaced in silence", error)

# A backend is killed in the middle: the server restarts, the next session reads on.
sim.fault(kind="stall_body", after_bytes=100000, times=1)
query = Query("SELECT count(*) FROM site.users")
time.sleep(0.7)
os.kill(query.pid, signal.SIGKILL)
query.join(20)
ok(query.error is not None, "a killed backend ends its statement")
for _ in range(100):
    try:
        session = connect()
        seen = one(session, "SELECT count(*) FROM site.users")
        break
    except psycopg2.OperationalError:  # the server recovers, or has still to find out that it must
        time.sleep(0.1)
ok(seen == whole, "the next session reads it all")

# A statement that fails in the middle leaves its session usable, transfers ended.
sim.fault(kind="cut_body", after_bytes=500000, times=-1)
error = failure(session, "SELECT count(*) FROM site.users")
ok(error is not None and error.pgcode == "08006", "an answer that is always cut fails", error)
sim.clear()
run(session, "BEGIN")
run(session, "SAVEPOINT a")
sim.fault(kind="moodle_error", errorcode="accessexception", exception="x", message="no", times=1,
          function="core_course_get_categories")
ok(failure(session, "SELECT * FROM site.categories") is not None, "an error within a transaction")
run(session, "ROLLBACK TO a")
ok(one(session, "SELECT count(*) FROM site.categories") == 7, "after ROLLBACK TO it is read")
run(session, "COMMIT")
sim.kill()
done()
