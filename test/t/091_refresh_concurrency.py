#!/usr/bin/python3
"""Refreshes beside each other, beside readers and beside those who change the database."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Query, Sim, add_instance, connect, done, failure, ok, one, run
from warehouse import (REFRESH, difference, doubles, last_run, reconnect, start_server, tables,
                       wait_until)

COMPLETION = "core_completion_get_course_completion_status"
ALPHA = "CALL moodle_fdw.refresh('{alpha}')"
ALPHA_PATIENT = "CALL moodle_fdw.refresh('{alpha}', wait => true)"
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
LAYERS = ("moodle_stg", "moodle_mart")


def site(seed, items=4):
    return ("--seed", str(seed), "--users", "60", "--courses", "12", "--per-course", "6",
            "--items", str(items), "--latency-ms", "5")


alpha = Sim(*site(5))
beta = Sim(*site(6))
session = connect()
for name, sim in (("alpha", alpha), ("beta", beta)):
    add_instance(session, name, sim.url, retries="1", retry_max_delay="50ms")


def stalled(sim, statement, milliseconds=1500):
    """A refresh that is held up late in its run, and its number."""
    last = last_run(session)[0] if one(session, "SELECT count(*) FROM moodle_fdw.runs") else 0
    sim.clear()
    sim.fault(kind="stall_before", ms=milliseconds, times=1, function=COMPLETION)
    query = Query(statement)
    held_up = wait_until(lambda: one(session, "SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id > %s "
                                              "AND name = 'completion' AND status = 'running'", last) > 0)
    if not held_up or query.ended_at is not None:
        ok(False, "a refresh is held up", f"{query.error} {query.connection.notices}")
    return query, last_run(session)[0]


def ends_well(query, what):
    query.join(30)
    ok(query.ended_at is not None and query.error is None, what, query.error)


# What is seen of a run while it lasts.
query, run_id = stalled(alpha, REFRESH, 2000)
wait_until(lambda: one(session, "SELECT count(*) FROM moodle_fdw.run_steps WHERE instance = 'beta' "
                                "AND status = 'completed' AND layer = 'mart'") > 6)
seen = run(session, "SELECT instance, state, step, percent, length(bar), eta_of_step IS NOT NULL, "
                    "elapsed < '1 minute' FROM moodle_fdw.progress")
ok(len(seen) == 2 and seen[0][:3] == ("alpha", "running", "completion") and 10 < seen[0][3] < 90
   and seen[0][4:] == (20, True, True), "progress shows the step, how far it is, and when it ends", seen)
ok(seen[1][1] in ("completed", "running") and seen[1][3] > seen[0][3], "of each instance by itself", seen)
seen = dict(run(session, "SELECT status, count(*) FROM moodle_fdw.log_scheduler WHERE instance = 'alpha' GROUP BY 1"))
ok(set(seen) == {1, 2, 4} and seen[2] == 1, "log_scheduler: finished, one in progress, queued", seen)
seen = run(session, "SELECT status FROM moodle_fdw.status WHERE instance = 'alpha' AND name = 'completion'")
ok(seen == [("running",)], "status: the same", seen)
seen = dict(run(session, "SELECT entity, late FROM moodle_fdw.freshness WHERE instance = 'alpha'"))
ok(seen["user"] is False and seen["completion"] is True, "freshness: what has been read, what has not", seen)
ends_well(query, "it ends well")
ok(last_run(session)[:2] == (run_id, "completed"), "as a run that is complete", last_run(session))
seen = dict(run(session, "SELECT status, count(*) FROM moodle_fdw.log_scheduler GROUP BY 1"))
ok(set(seen) == {1}, "everything finished", seen)
ok(not any(row[0] for row in run(session, "SELECT late FROM moodle_fdw.freshness")), "nothing late")
ok(run(session, "SELECT DISTINCT state, percent FROM moodle_fdw.progress") == [("completed", 100)],
   "progress: all of it", run(session, "SELECT * FROM moodle_fdw.progress"))

# Two of one instance.
query, run_id = stalled(alpha, ALPHA)
error = failure(session, ALPHA)
ok(error is not None and error.pgcode == "55P03" and f"run {run_id}" in str(error) and "alpha" in str(error)
   and f"cancel_run({run_id})" in str(error), "a second refresh is an error that names the first", error)
error = failure(session, REFRESH)
ok(error is not None and error.pgcode == "55P03", "one of all instances too", error)
ok(failure(session, "CALL moodle_fdw.refresh('{beta}')") is None and query.ended_at is None,
   "one of another instance is done meanwhile")
patient = Query(ALPHA_PATIENT)
time.sleep(0.3)
ok(patient.ended_at is None and query.ended_at is None, "wait => true waits")
ends_well(query, "for the first to end")
ends_well(patient, "and then refreshes")
starts = run(session, "SELECT run_id, status, started_at, finished_at FROM moodle_fdw.runs "
                      "WHERE 'alpha' = ANY (instances) ORDER BY run_id DESC LIMIT 2")
ok(starts[1][0] == run_id and starts[0][1] == "completed" and starts[0][2] >= starts[1][3],
   "after it, as a run of its own", starts)
before = last_run(session)[0]
crowd = [Query(ALPHA_PATIENT) for _ in range(4)]
for query in crowd:
    query.join(60)
ok(all(query.error is None and query.ended_at for query in crowd), "four that wait all get their turn",
   [query.error for query in crowd])
overlaps = one(session, "SELECT count(*) FROM moodle_fdw.runs a JOIN moodle_fdw.runs b ON a.run_id < b.run_id "
                        "AND a.instances && b.instances AND b.started_at < a.finished_at")
ok(overlaps == 0 and one(session, "SELECT count(*) FROM moodle_fdw.runs WHERE run_id > %s "
                         "AND status = 'completed'", before) == 4, "one after the other", overlaps)
before = last_run(session)[0]
crowd = [Query(ALPHA) for _ in range(4)]
for query in crowd:
    query.join(60)
refused = [query.error.pgcode for query in crowd if query.error is not None]
ok(set(refused) <= {"55P03"} and len(refused) <= 3
   and run(session, "SELECT DISTINCT status FROM moodle_fdw.runs WHERE run_id > %s", before) == [("completed",)],
   "of four that do not wait, whoever is not refused is complete", [query.error for query in crowd])
ok(one(session, LOCKS) == 0, "no lock is left")
patient = None

# Who waits, and who began a run, may be cancelled there.
query, run_id = stalled(alpha, ALPHA)
patient = Query(ALPHA_PATIENT)
wait_until(lambda: one(session, "SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s",
                       patient.pid) == "Lock")
patient.connection.cancel()
patient.join(5)
ok(patient.error is not None and patient.error.pgcode == "57014" and query.ended_at is None,
   "who waits can be cancelled", patient.error)
ends_well(query, "which does nothing to the one it waited for")
ok(one(session, LOCKS) == 0, "and leaves no lock", run(session, "SELECT * FROM pg_locks"))
other = connect()
run(other, "BEGIN")
run(other, "SELECT moodle_fdw.open_run('{alpha}', NULL, true, false)")
run(other, "SELECT moodle_fdw.lock_instance('alpha')")
held = one(session, LOCKS)
failure(other, "SELECT 1 / 0")
run(other, "ROLLBACK")
ok(held >= 2 and one(session, LOCKS) == 0, "a transaction that fails ends the locks of its refresh",
   f"{held}, {one(session, LOCKS)}")
run(other, "SELECT moodle_fdw.open_run('{alpha}', NULL, true, false)")
run(other, "BEGIN")
run(other, "SELECT 1")
run(other, "COMMIT")
ok(one(session, LOCKS) == 1, "one that is committed does not")
ok(failure(other, "SELECT 1 / 0") is not None and one(session, LOCKS) == 0, "until the next that fails")
ok(one(session, "SELECT state FROM moodle_fdw.progress WHERE instance = 'alpha'") == "broken off",
   "then the run has broken off", run(session, "SELECT * FROM moodle_fdw.progress"))
ok(failure(session, ALPHA) is None and last_run(session)[1:3] == ("completed", 1),
   "and another session takes it up", last_run(session))
other.close()

# cancel_run, from another session.
for statement in (ALPHA, REFRESH):
    query, run_id = stalled(alpha, statement, 30000)
    began = time.monotonic()
    answer = one(session, "SELECT moodle_fdw.cancel_run(%s)", run_id)
    answered = time.monotonic() - began
    query.join(10)
    took = (query.ended_at or time.monotonic()) - began
    alpha.clear()
    ok(answer and answered < 1 and took < 2, f"{statement}: cancel_run answers and ends it at once",
       f"{answered} {took}")
    ok(query.error is not None and query.error.pgcode == "57014" and str(run_id) in str(query.error)
       and last_run(session)[:2] == (run_id, "cancelled"), "which its session is told", query.error)
    ok(run(session, "SELECT count(*) FROM moodle_fdw.run_steps WHERE status IN ('queued', 'running')")
       == [(0,)], "no step seems to be under way")
    ok(one(session, LOCKS) == 0, "no lock is left")
ok(failure(session, REFRESH) is None and last_run(session)[:3] == (run_id, "completed", 1),
   "the next one goes on with it", last_run(session))
query, run_id = stalled(alpha, REFRESH, 30000)
run(session, "SELECT pg_terminate_backend(%s)", query.pid)
query.join(10)
alpha.clear()
ok(one(session, "SELECT status FROM moodle_fdw.runs WHERE run_id = %s", run_id) == "running"
   and wait_until(lambda: one(session, LOCKS) == 0), "a run whose session was terminated has not ended itself")
ok(one(session, "SELECT moodle_fdw.cancel_run(%s)", run_id) and last_run(session)[1] == "cancelled",
   "cancel_run ends it too", last_run(session))
ok(one(session, "SELECT moodle_fdw.cancel_run(%s)", run_id) is False, "once")
ok(failure(session, REFRESH) is None, "and it is taken up again")


# A reader sees each mart of each instance as it was or as it is, never empty or in between.
class Reader(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.seen = {}
        self.looks = 0
        self.stop = False
        self.problem = None
        self.marts = []
        self.start()

    def run(self):
        connection = connect()
        marts = [row[0] for row in run(connection, "SELECT relname FROM pg_class WHERE relkind = 'r' AND "
                                                   "relnamespace = 'moodle_mart'::regnamespace")]
        marts = [mart for mart in marts if one(
            connection, "SELECT count(*) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'ts_generated' "
            "AND NOT attisdropped", "moodle_mart." + mart)]
        # Those of activity are fed by attached databases, which these instances do not have.
        self.marts = marts = [mart for mart in marts
                              if one(connection, f"SELECT count(*) FROM moodle_mart.{mart}")]
        while not self.stop:
            for mart in marts:
                try:
                    for instance, content in run(connection, f"""
                            SELECT instance, count(*) || ' rows ' || md5(string_agg(text, '' ORDER BY text))
                            FROM (SELECT instance, (to_jsonb(mart) - 'ts_generated' - 'data_as_of')::text AS text
                                  FROM moodle_mart.{mart} mart) row GROUP BY 1"""):
                        self.seen.setdefault((mart, instance), []).append(content)
                    self.looks += 1
                    count = one(connection, f"SELECT count(DISTINCT instance) FROM moodle_mart.{mart}")
                    if count != 2:
                        self.problem = f"{mart} has {count} instances"
                except Exception as error:
                    self.problem = error
                    return


reader = Reader()
wait_until(lambda: reader.looks > 10)
for items in (6, 4, 5):
    for seed, sim in ((5, alpha), (6, beta)):
        sim.kill()
        sim.arguments = site(seed, items)
        sim.start()
    error = failure(session, REFRESH)
    ok(error is None and last_run(session)[1] == "completed", f"a refresh of changed sites ({items} items)", error)
time.sleep(0.2)
reader.stop = True
reader.join(5)
fed = one(session, "SELECT count(*) FROM moodle_fdw.transforms WHERE layer = 'mart' AND name <> 'course_units'")
ok(len(reader.marts) == fed >= 7, "each mart that refreshes fill is looked at", f"{reader.marts} of {fed}")
ok(reader.problem is None and reader.looks > 50, "a reader always finds both instances in every mart",
   f"{reader.problem} {reader.looks}")
states = {key: [now for now, then in zip(content, [None] + content) if now != then]
          for key, content in reader.seen.items()}
ok(all(len(content) <= 4 for content in states.values())
   and any(len(content) == 4 for content in states.values()),
   "each in four states, before and after three refreshes: none half-made",
   {key: content for key, content in states.items() if len(content) > 4})

# Changes of the database in between.
expected = {layer: tables(session, layer) for layer in LAYERS}
query, run_id = stalled(alpha, REFRESH)
for statement in ("ALTER TABLE moodle_stg.users ADD COLUMN note text DEFAULT 'mine'",
                  "CREATE INDEX own_finalgrade ON moodle_stg.grades (finalgrade)",
                  "ALTER TABLE moodle_mart.course_performance ADD COLUMN faculty text",
                  "ALTER TABLE moodle_raw.landing ADD COLUMN remark text",
                  "CREATE INDEX own_remark ON moodle_raw.landing (ts_load)",
                  "SELECT moodle_fdw.deploy()",
                  "CREATE TABLE public.own (instance text, courses bigint)",
                  "SELECT moodle_fdw.add_transform('own', 'mart', "
                  "'INSERT INTO public.own SELECT $1, count(*) FROM moodle_stg.courses WHERE instance = $1', "
                  "'{courses}')"):
    error = failure(session, statement)
    ok(error is None, f"during a refresh: {statement[:60]}", error)
ends_well(query, "which ends well")
ok(last_run(session)[:2] == (run_id, "completed") and one(session, "SELECT count(*) FROM public.own") == 0,
   "a transform that came in between waits for the next one", last_run(session))
error = failure(session, REFRESH)
ok(error is None and run(session, "SELECT instance, courses FROM public.own ORDER BY 1")
   == [("alpha", 13), ("beta", 13)], "which runs it", f"{error} {run(session, 'SELECT * FROM public.own')}")
ok(one(session, "SELECT count(*) FROM moodle_stg.users WHERE note IS DISTINCT FROM 'mine'") == 0
   and one(session, "SELECT to_regclass('moodle_stg.own_finalgrade') IS NOT NULL"),
   "what was added stays")
ok(failure(session, "SELECT count(*) FROM moodle_raw.current") is None
   and failure(session, "SELECT count(*) FROM moodle_raw.as_of(now())") is None, "the landing's views go on")
for layer in LAYERS:
    text = difference(expected[layer], tables(session, layer, {"note", "faculty"}))
    ok(not text, f"and all rows of {layer} are as they were", text)
query, run_id = stalled(alpha, REFRESH)
run(session, "SELECT moodle_fdw.remove_transform('own')")
query.join(30)
ok(query.error is None and last_run(session)[1] == "completed with errors"
   and run(session, "SELECT DISTINCT name, status, error FROM moodle_fdw.run_steps WHERE run_id = %s "
           "AND status <> 'completed'", run_id) == [("own", "failed", 'transform "own" is no longer there')],
   "a transform that was removed in between is named, the rest is done",
   run(session, "SELECT * FROM moodle_fdw.run_errors WHERE run_id = %s", run_id))

# One instance goes.
query, run_id = stalled(alpha, REFRESH)
error = failure(session, "SELECT moodle_fdw.remove_instance('alpha')")
ok(error is not None and error.pgcode == "55006" and f"run {run_id}" in str(error),
   "an instance that is being refreshed is not removed: the error names the run", error)
ends_well(query, "and the refresh ends well")
ok(last_run(session)[1] == "completed", "complete", last_run(session))
query, run_id = stalled(alpha, "CALL moodle_fdw.refresh(max_parallel => 1)")
ok(failure(session, "SELECT moodle_fdw.remove_instance('beta')") is None, "one whose turn is yet to come is")
query.join(30)
ok(query.error is None and last_run(session)[1] == "completed with errors" and "beta" in last_run(session)[3]
   and one(session, "SELECT string_agg(DISTINCT message, ';') FROM moodle_fdw.run_errors WHERE run_id = %s", run_id)
   == 'there is no moodle instance "beta"', "and the run says what was not there",
   f"{query.error} {last_run(session)}")
add_instance(session, "beta", beta.url, retries="1", retry_max_delay="50ms")
ok(failure(session, REFRESH) is None and last_run(session)[1] == "completed", "it comes back")

# One instance is down.
beta.kill()
error = failure(session, REFRESH)
run_id, status, _, message = last_run(session)
ok(error is None and status == "completed with errors" and "beta" in message and "alpha" not in message,
   "with one Moodle down the run ends with errors, and names it", f"{error} {status} {message}")
seen = dict(run(session, "SELECT instance, count(*) FILTER (WHERE status <> 'completed') "
                         "FROM moodle_fdw.run_steps WHERE run_id = %s GROUP BY 1", run_id))
ok(seen["alpha"] == 0 and seen["beta"] > 0, "the other is done", seen)
seen = run(session, "SELECT sqlstate, message FROM moodle_fdw.run_errors WHERE run_id = %s", run_id)
ok(len(seen) == 1 and seen[0][0] == "08001" and "beta" in seen[0][1], "one error tells why", seen)
beta.start()
ok(failure(session, REFRESH) is None and last_run(session)[1] == "completed", "the next run repairs it",
   last_run(session))
alpha.kill()
beta.kill()
error = failure(session, REFRESH)
ok(error is not None and last_run(session)[1] == "failed", "with all of them down it fails", last_run(session))
alpha.start()
beta.start()
ok(failure(session, REFRESH) is None, "and then succeeds")

# No background worker is free.
session.close()
start_server("-c max_worker_processes=1")
session = reconnect()
error = failure(session, REFRESH)
ok(error is None and last_run(session)[1] == "completed" and any("no background worker" in notice
                                                                for notice in session.notices),
   "without background workers it says so, and does one instance after the other", f"{error} {session.notices}")
pids = run(session, "SELECT DISTINCT pid FROM moodle_fdw.run_steps WHERE run_id = %s", last_run(session)[0])
ok(pids == [(session.get_backend_pid(),)], "itself", pids)
query, run_id = stalled(alpha, REFRESH, 30000)
query.connection.cancel()
query.join(5)
alpha.clear()
ok(query.error is not None and query.error.pgcode == "57014" and last_run(session)[1] == "cancelled"
   and one(session, "SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id = %s AND instance = 'beta' "
           "AND status = 'completed'", run_id) == 0, "Ctrl-C ends it all, not one instance",
   f"{query.error} {last_run(session)}")
ok(failure(session, REFRESH) is None and last_run(session)[:2] == (run_id, "completed"), "and it is taken up")
session.close()
start_server("-c max_worker_processes=2")
session = reconnect()
error = failure(session, REFRESH)
ok(error is None and last_run(session)[1] == "completed" and not any("no background" in notice
                                                                    for notice in session.notices),
   "with one worker, that does them in turn", f"{error} {session.notices}")
session.close()
start_server()
session = reconnect()
ok(not doubles(session), "nothing has landed twice", doubles(session))
alpha.kill()
beta.kill()
done()
