#!/usr/bin/python3
"""A refresh killed anywhere goes on where it stopped, and ends as if nothing had happened.

T090_KILLS and T090_SEED set how many kills there are, and when they come."""
import os
import random
import signal
import sys
import time
from collections import Counter

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, run
from warehouse import (REFRESH, WORKERS, asked, difference, doubles, last_run, postmaster_pid,
                       reconnect, soon, start_server, tables, versions, wait_until)

KILLS = int(os.environ.get("T090_KILLS", "52"))
SEED = int(os.environ.get("T090_SEED", "90"))
# A round ends with the first run that completes after so many kills, or after so many of them.
KILLS_OF_A_ROUND = (8, 18)
ENDS = ("kill leader", "terminate leader", "kill worker", "terminate worker", "kill postmaster",
        "kill Moodle", "cancel leader", "cancel worker", "Ctrl-C", "cancel_run")
TWIN = os.environ["PGDATABASE"] + "_undisturbed"
# Without a Moodle a call fails soon, rather than wait for it.
PATIENCE = {"retries": "1", "retry_max_delay": "50ms"}

dice = random.Random(SEED)


def site(name, number):
    """The arguments of a site as it is after some nights: people, items and places come and go."""
    seed, users, courses, people, items = {"north": (3, 120, 30, 10, 4), "south": (4, 80, 20, 8, 3)}[name]
    return ("--seed", str(seed), "--users", str(users + 2 * number), "--courses", str(courses),
            "--per-course", str(people - (number % 3 == 2)), "--items", str(items + number % 2),
            "--latency-ms", "20")


sims = {name: Sim(*site(name, 0)) for name in ("north", "south")}
session = connect()
run(session, f"DROP DATABASE IF EXISTS {TWIN}")
run(session, f"CREATE DATABASE {TWIN}")
twin = connect(dbname=TWIN)
run(twin, "CREATE EXTENSION moodle_fdw")
for connection in (session, twin):
    for name, sim in sims.items():
        add_instance(connection, name, sim.url, **PATIENCE)
twin.close()


def change_sites(number):
    """What happens on the sites between two nights."""
    for name, sim in sims.items():
        sim.kill()
        sim.arguments = site(name, number)
        sim.start()


def count_anew():
    for sim in sims.values():
        sim.reset()


def requests(names=tuple(sims)):
    return sum(sims[name].stats()["requests"] for name in names)


def undisturbed():
    """The same night in the other database: what that holds then."""
    other = soon(lambda: connect(dbname=TWIN))
    run(other, REFRESH)
    state = (versions(other), tables(other, "moodle_stg"), tables(other, "moodle_mart"))
    other.close()
    return state


def kill(pid):
    """And until the postmaster knows of it."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"))
    time.sleep(0.05)


def strike(end, query):
    """Does what `end` says; False if there was nothing left to do it to."""
    global session
    if end in ("kill leader", "terminate leader", "cancel leader", "Ctrl-C"):
        if query.ended_at is not None:
            return False
        if end == "kill leader":
            kill(query.pid)
        elif end == "Ctrl-C":
            query.connection.cancel()
        else:
            return one(session, f"SELECT pg_{end.split()[0]}_backend(%s)", query.pid)
    elif end.endswith("worker"):
        workers = []
        wait_until(lambda: workers.extend(row[0] for row in run(session, WORKERS)) or workers
                   or query.ended_at is not None)
        if not workers or query.ended_at is not None:
            return False
        pid = dice.choice(workers)
        if end == "kill worker":
            kill(pid)
        else:
            return one(session, f"SELECT pg_{end.split()[0]}_backend(%s)", pid)
    elif end == "cancel_run":
        run_id, status, _, _ = last_run(session)
        return status == "running" and one(session, "SELECT moodle_fdw.cancel_run(%s)", run_id)
    elif end == "kill Moodle":
        name = dice.choice(sorted(sims))
        sims[name].kill()
        time.sleep(dice.uniform(0, 0.3))
        sims[name].start()
    elif end == "kill postmaster":
        os.kill(postmaster_pid(), signal.SIGKILL)
        start_server()
    return True


def disturbed(end):
    """A refresh that `end` comes upon; whether it did, and whether the run is complete."""
    global session
    idle = [old for old in open_sessions if not old.closed]
    # Whoever was cancelled keeps his session: nothing of the broken run may stay with it.
    query = soon(lambda: Query(REFRESH))
    time.sleep(dice.uniform(0, dice.choice((0.1, 0.4, 0.8))))
    struck = query.ended_at is None and strike(end, query)
    query.join(30)
    open_sessions[:] = idle[-5:] + [query.connection]
    if query.ended_at is None:
        ok(False, f"{end}: the refresh ends", f"{query.pid} still runs")
        sys.exit(1)
    session = reconnect()
    run_id, status, resumed, message = last_run(session)
    if query.error is not None:
        surprises.update([(end, query.error.pgcode or "gone", str(query.error).splitlines()[0])])
    return struck, (run_id, status, resumed, message)


open_sessions = []
surprises = Counter()
struck_by = Counter()
rounds = 0
began = time.monotonic()
while sum(struck_by.values()) < KILLS:
    if rounds > 0:
        change_sites(rounds)
    expected, stg, mart = undisturbed()
    kills = 0
    before_round = last_run(session)[0]
    status = None
    while kills < KILLS_OF_A_ROUND[1] and sum(struck_by.values()) < KILLS:
        least = min(struck_by[end] for end in ENDS)
        end = dice.choice([end for end in ENDS if struck_by[end] <= least])
        struck, (run_id, status, resumed, _) = disturbed(end)
        if struck:
            kills += 1
            struck_by[end] += 1
        # One that was killed before it began left the last round's run as the latest.
        if run_id == before_round:
            status = None
        if status == "completed" and kills >= KILLS_OF_A_ROUND[0]:
            break
    # Now nobody disturbs it any more.
    tries = 0
    while status != "completed" and tries < 3:
        error = failure(session, REFRESH)
        status = last_run(session)[1]
        tries += 1
        if error is not None:
            surprises.update([("nobody", error.pgcode, str(error).splitlines()[0])])
    what = f"round {rounds}, {kills} kills"
    ok(status == "completed", f"{what}: the run completes", f"{last_run(session)}\n"
       + "\n".join(map(str, run(session, "SELECT * FROM moodle_fdw.run_errors ORDER BY 1 DESC LIMIT 5"))))
    ok(not doubles(session), f"{what}: no version repeats the one before", doubles(session))
    text = difference(expected, versions(session))
    ok(not text, f"{what}: the same versions have landed", text)
    text = difference(stg, tables(session, "moodle_stg"))
    ok(not text, f"{what}: the same staging", text)
    text = difference(mart, tables(session, "moodle_mart"))
    ok(not text, f"{what}: the same marts", text)
    rounds += 1
took = time.monotonic() - began
print(f"# {sum(struck_by.values())} kills in {rounds} rounds, {took:.0f} s: {dict(struck_by)}")
for (end, code, text), count in sorted(surprises.items()):
    print(f"# {end}: {count} x {code} {text}")
ok(sum(struck_by.values()) >= KILLS and len(struck_by) == len(ENDS), f"{KILLS} kills, of every kind",
   struck_by)

# Late in a run, for the sake of counting: most of it is done, and is not asked again. When its Moodle
# goes away, an instance's steps fail and the other's go on; it is that instance that goes on then.
for end in ("kill leader", "kill postmaster", "cancel_run", "kill Moodle"):
    names = ["north"] if end == "kill Moodle" else sorted(sims)
    count_anew()
    run(session, REFRESH)
    whole = requests(names)
    last = last_run(session)[0]
    query = soon(lambda: Query(REFRESH))
    late = wait_until(lambda: query.ended_at is not None or last_run(session)[0] > last
                      and asked(session, last_run(session)[0], names) > whole * 0.4)
    run_id = last_run(session)[0]
    struck = query.ended_at is None
    if end == "kill Moodle":
        sims["north"].kill()
        query.join(30)
        sims["north"].start()
    elif struck:
        strike(end, query)
    query.join(30)
    session = reconnect()
    before = asked(session, run_id, names)
    count_anew()
    error = failure(session, REFRESH)
    again = requests(names)
    ok(late and struck and error is None and last_run(session)[1] == "completed",
       f"{end} late in a run, which then completes", f"{error} {last_run(session)}")
    # And who one is, for each session.
    ok(whole * 0.4 < before < whole and again <= whole - before + 10,
       f"{end}: what was done is not asked again", f"of {whole} {before} were done, {again} were left")
ok(one(session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0,
   "nobody holds a lock of a run any more")
for sim in sims.values():
    sim.kill()
done()
