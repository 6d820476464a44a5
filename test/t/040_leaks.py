#!/usr/bin/python3
"""10,000 failing queries leave no descriptor, no connection and no memory behind."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Sim, add_instance, connect, done, ok, one, pid_of, run

sim = Sim("--users", "200", "--courses", "5")
session = connect()
add_instance(session, "site", sim.url, retries="0", max_connections="8")


def descriptors():
    return len(os.listdir(f"/proc/{pid_of(session)}/fd"))


def private_kib():
    total = 0
    with open(f"/proc/{pid_of(session)}/smaps_rollup", encoding="ascii") as rollup:
        for line in rollup:
            if line.startswith(("Private_Clean", "Private_Dirty")):
                total += int(line.split()[1])
    return total


FAILING = """DO $$
DECLARE failed int := 0;
BEGIN
    FOR i IN 1..%d LOOP
        BEGIN
            PERFORM count(*) FROM site.%s;
        EXCEPTION WHEN OTHERS THEN failed := failed + 1;
        END;
    END LOOP;
    IF failed <> %d THEN RAISE EXCEPTION 'only %% failed', failed; END IF;
END $$"""

KINDS = [dict(kind="moodle_error", errorcode="accessexception", exception="x", message="no"),
         dict(kind="cut_body", after_bytes=200), dict(kind="html_page"), dict(kind="garbage"),
         dict(kind="http_status", status=500, body="oops"), dict(kind="reset"),
         dict(kind="empty_body"), dict(kind="lone_surrogate"), dict(kind="deep_nesting"),
         dict(kind="trailing_garbage")]


def fail_all(rounds):
    for fault in KINDS:
        sim.clear()
        sim.fault(times=-1, **fault)
        run(session, FAILING % (rounds, "users", rounds))


fail_all(100)
descriptors_before, memory_before = descriptors(), private_kib()
fail_all(1000)
sim.clear()
ok(descriptors() <= descriptors_before + 8, "descriptors of 10,000 failing queries are closed",
   f"{descriptors_before} before, {descriptors()} after")
ok(private_kib() <= memory_before + 4096, "and their memory is given back",
   f"{memory_before} KiB before, {private_kib()} KiB after")
ok(sim.stats()["in_flight"] == 0, "no request is left at the site", sim.stats())
ok(one(session, "SELECT count(*) FROM site.users") == 198, "the session reads on")
run(session, "SELECT moodle_fdw.close_connections()")
ok(descriptors() <= descriptors_before, "close_connections() closes what was kept")
sim.kill()
done()
