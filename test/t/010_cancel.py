#!/usr/bin/python3
"""Ctrl-C is answered within 100 ms in whatever phase a scan waits."""
import os
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import (Query, ROOT, Sim, add_instance, connect, done, ok, one, run,
                     temporary_directory)

LIMIT_MS = 100
sim = Sim("--users", "20000", "--courses", "20")
session = connect()


def cancelled(what, sql, limit=LIMIT_MS, how="pg_cancel_backend", sqlstate="57014"):
    query = Query(sql)
    time.sleep(1.0)
    if query.ended_at is not None:
        ok(False, f"{what}: still waiting when cancelled", query.error or query.rows)
        return
    asked = time.monotonic()
    run(session, f"SELECT {how}({query.pid})")
    query.join(10)
    took = ((query.ended_at or time.monotonic()) - asked) * 1000
    code = getattr(query.error, "pgcode", None)
    ok(query.error is not None and code in (sqlstate, None if how != "pg_cancel_backend" else sqlstate),
       f"{what}: ended by {how}", f"{code} {query.error}")
    ok(took <= limit, f"{what}: within {limit} ms", f"took {took:.0f} ms")


def full_listener():
    """A port whose queue of connections is full: connecting to it hangs."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    fillers = []
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        fillers.append(filler)
    return listener, fillers


listener, fillers = full_listener()
add_instance(session, "unreachable", f"http://127.0.0.1:{listener.getsockname()[1]}",
             connect_timeout="60s")
add_instance(session, "site", sim.url, retries="10")
add_instance(session, "twin", sim.url, retries="10")

cancelled("connecting", "SELECT count(*) FROM unreachable.users")
sim.fault(kind="stall_before", times=-1)
cancelled("first byte", "SELECT count(*) FROM site.users")
cancelled("first byte, union", "SELECT count(*) FROM moodle_fdw.users WHERE instance <> 'unreachable'")
cancelled("first byte, call()", "SELECT moodle_fdw.call('site', 'core_course_get_categories')")
cancelled("first byte, ANALYZE", "ANALYZE site.users")
cancelled("first byte, terminated", "SELECT count(*) FROM site.users", how="pg_terminate_backend",
          sqlstate="57P01")
sim.clear()
sim.fault(kind="stall_body", after_bytes=300000, times=-1)
cancelled("within the body", "SELECT count(*) FROM site.users")
sim.clear()
sim.fault(kind="slow_drip", bytes=1000, ms=5, times=-1)
cancelled("dripping body", "SELECT count(*) FROM site.users")
sim.clear()
sim.fault(kind="http_status", status=503, retry_after="25", times=-1)
cancelled("backing off", "SELECT count(*) FROM site.courses")
sim.clear()

# The gate that the 503 closed is this cluster's other sessions' own: a new one is not held.
ok(one(connect(), "SELECT count(*) FROM site.courses") == 21, "afterwards the site answers")
ok(sim.stats()["in_flight"] <= 12, "cancelled requests do not pile up", sim.stats())

# A resolver that hangs: getaddrinfo of the server is made slow for one name.
directory = temporary_directory()
shim = os.path.join(directory, "slow_dns.so")
subprocess.run(["cc", "-shared", "-fPIC", "-o", shim,
                os.path.join(ROOT, "test/t/lib/slow_dns.c"), "-ldl"], check=True)
cluster = os.environ["CLUSTER"]


def restart(*variables):
    command = ["env", *variables, os.environ["PGBIN"] + "/pg_ctl", "-D", cluster + "/data", "-l",
               os.environ["CLUSTER_LOG"], "-w", "-s", "restart", "-m", "fast"]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd=cluster + "/run", stdin=subprocess.DEVNULL)


session.close()
restart(f"LD_PRELOAD={shim}")
session = connect()
add_instance(session, "nowhere", "http://slow.moodle.test", connect_timeout="60s")
cancelled("resolving", "SELECT count(*) FROM nowhere.users")
session.close()
restart()
shutil.rmtree(directory)
sim.kill()
done()
