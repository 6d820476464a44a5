-- What a refresh says of itself, one's own transforms in it, and what it says to what it cannot do.
\ir lib/setup.sql
\ir lib/warehouse.sql
SELECT plan(76);

-- Arguments that cannot be right: nothing is begun, and the hint says what can be done.
CREATE FUNCTION refused(query text, state text, said text, advice text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    told record;
BEGIN
    SELECT * INTO told FROM failure_of(query);
    RETURN NEXT is(told.state, refused.state, query || ': ' || coalesce(told.message, 'no error'));
    RETURN NEXT matches(told.message, said, 'with a message');
    RETURN NEXT matches(told.hint, advice, 'and a hint: ' || coalesce(told.hint, ''));
END $$;
SELECT refused($$SELECT moodle_fdw.chosen_instances('{sim,nowhere}')$$, '42704', 'no moodle instance "nowhere"', 'moodle_fdw.instances');
SELECT refused($$SELECT moodle_fdw.chosen_entities('{users,teachers}')$$, '42704', 'no entity "teachers"', 'user, category, course');
SELECT refused($$CALL moodle_fdw.refresh()$$, '25001', 'inside a transaction block', 'without BEGIN');
SELECT refused($$SELECT moodle_fdw.cancel_run(999)$$, '42704', 'no run 999', 'moodle_fdw.runs');
SELECT refused($$SELECT moodle_fdw.add_transform('mine', 'gold', 'SELECT 1')$$, '22023', 'no layer "gold"', 'stg: .* mart: ');
SELECT refused($$SELECT moodle_fdw.add_transform('users', 'stg', 'SELECT 1')$$, '42939', '"users" is taken', 'another name');
SELECT refused($$SELECT moodle_fdw.add_transform('mine', 'stg', 'SELECT 1', '{users,yours}')$$, '42704', 'not there: yours', 'moodle_fdw.transforms');
SELECT refused($$SELECT moodle_fdw.remove_transform('mine')$$, '42704', 'no transform "mine"', 'NOT builtin');
\set ON_ERROR_STOP off
\set QUIET on
CALL moodle_fdw.refresh('{nowhere}');
\set failed :LAST_ERROR_SQLSTATE
SELECT is(:'failed'::text, '42704', 'CALL says the same');
CALL moodle_fdw.refresh(entities => '{teachers}');
\set failed :LAST_ERROR_SQLSTATE
SELECT is(:'failed'::text, '42704', 'of an unknown entity too');
BEGIN;
CALL moodle_fdw.refresh();
\set failed :LAST_ERROR_SQLSTATE
ROLLBACK;
SELECT is(:'failed'::text, '25001', 'CALL within BEGIN is refused at once');
ALTER SERVER sim OPTIONS (SET max_connections '2');
CREATE ROLE t270_stranger;
GRANT USAGE ON SCHEMA moodle_fdw, public TO t270_stranger;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA moodle_fdw TO t270_stranger;
GRANT USAGE ON FOREIGN SERVER sim TO t270_stranger;
SET ROLE t270_stranger;
SELECT refused($$SELECT moodle_fdw.chosen_instances('{sim}')$$, '42501', 'no instance to refresh: sim', 't270_stranger needs USAGE .* user mapping');
RESET ROLE;
DROP OWNED BY t270_stranger;
DROP ROLE t270_stranger;
SELECT is((SELECT count(*) FROM moodle_fdw.runs), 0::bigint, 'nothing of all that began a run');
\set ON_ERROR_STOP on

-- Before anything has been refreshed.
SELECT is((SELECT count(*) FROM moodle_fdw.status) + (SELECT count(*) FROM moodle_fdw.progress)
          + (SELECT count(*) FROM moodle_fdw.log_scheduler) + (SELECT count(*) FROM moodle_fdw.freshness),
          0::bigint, 'the views are there before the first run, and empty');

-- A transform of one's own: in its layer, after what it depends on, once for each instance.
CREATE TABLE public.seen (step text, instance text, after_id bigint, up_to_id bigint, users bigint, at timestamptz DEFAULT clock_timestamp());
SELECT moodle_fdw.add_transform('first_of_mine', 'stg', $$INSERT INTO public.seen (step, instance, after_id, up_to_id, users)
    SELECT 'first', $1, $2, $3, count(*) FROM moodle_stg.users WHERE instance = $1$$, '{users}') \gset ignored_
SELECT moodle_fdw.add_transform('second_of_mine', 'mart', $$INSERT INTO public.seen (step, instance, after_id, up_to_id, users)
    SELECT 'second', $1, $2, $3, (SELECT users FROM moodle_mart.instance_summary WHERE instance = $1)$$, '{first_of_mine,instance_summary}') \gset ignored_
SELECT moodle_fdw.add_transform('fails', 'stg', 'SELECT 1 / (count(*) - count(*)) FROM moodle_stg.users WHERE instance = $1', '{first_of_mine}') \gset ignored_
SELECT results_eq($$SELECT name, layer, depends_on FROM moodle_fdw.transforms WHERE NOT builtin ORDER BY ordinal$$,
                  $$VALUES ('first_of_mine', 'stg', '{users}'::text[]), ('fails', 'stg', '{first_of_mine}'),
                           ('second_of_mine', 'mart', '{first_of_mine,instance_summary}')$$, 'transforms lists them, in order');
SELECT is((SELECT count(*) FROM moodle_fdw.transforms earlier JOIN moodle_fdw.transforms later ON earlier.name = ANY (later.depends_on)
           WHERE earlier.ordinal >= later.ordinal), 0::bigint, 'each after all that it depends on');
SELECT reset_stats() \gset ignored_
CALL moodle_fdw.refresh();
SELECT stat('requests') AS asked \gset
SELECT is(last_status(), 'completed with errors', 'one transform fails: completed with errors');
SELECT results_eq('SELECT step, instance, after_id, users FROM public.seen ORDER BY at',
                  $$VALUES ('first', 'sim', 0::bigint, 198::bigint), ('second', 'sim', 0, 198)$$, 'each of mine ran once, over what is made before it');
SELECT is((SELECT max(up_to_id) FROM public.seen), (SELECT max(id) FROM moodle_raw.landing), 'and was told up to where');
SELECT results_eq($$SELECT name, status FROM moodle_fdw.run_steps WHERE status <> 'completed'$$, $$VALUES ('fails', 'failed')$$, 'the rest went on');
SELECT results_eq($$SELECT instance, name, sqlstate, message FROM moodle_fdw.run_errors$$,
                  $$VALUES ('sim', 'fails', '22012', 'division by zero')$$, 'run_errors has what it said');
SELECT is((SELECT count(*) FROM moodle_fdw.loaded WHERE transform = 'fails'), 0::bigint, 'its mark did not move');

-- What the run says.
SELECT results_eq('SELECT instances, full_scan, resumed, role_name = current_user, message, finished_at > started_at FROM moodle_fdw.runs',
                  $$VALUES ('{sim}'::text[], true, 0, true, 'not complete: sim', true)$$, 'runs: one row');
SELECT results_eq($$SELECT layer, name FROM moodle_fdw.run_steps ORDER BY ordinal$$,
                  $$SELECT layer, name FROM (SELECT 'raw' AS layer, entity AS name, ordinal FROM moodle_fdw.raw_entities
                        UNION SELECT layer, name, ordinal FROM moodle_fdw.transforms) planned ORDER BY ordinal$$, 'run_steps: each entity and transform, in order');
SELECT results_eq($$SELECT name, units_total, units_done, units_failed, rows_read, rows_new, rows_unchanged FROM moodle_fdw.run_steps
                    WHERE name IN ('user', 'enrolment') ORDER BY 1$$,
                  $$SELECT 'enrolment', 20::bigint, 20::bigint, 0::bigint, count(*), count(*), 0::bigint FROM sim.participants WHERE course_id > 1
                    UNION ALL VALUES ('user', 1, 1, 0, 198, 198, 0)$$, 'their units and rows');
SELECT is((SELECT sum(requests) FROM moodle_fdw.run_steps), (:asked)::numeric, 'their requests are those that the site saw');
SELECT ok((SELECT bool_and(bytes > 1000 AND seconds > 0) FROM moodle_fdw.run_steps WHERE layer = 'raw' AND requests > 0), 'bytes and seconds');
SELECT ok((SELECT bool_and(started_at <= finished_at) FROM moodle_fdw.run_steps), 'and times');
SELECT bag_eq('SELECT name, status, rows_read, error FROM moodle_fdw.status', 'SELECT name, status, rows_read, error FROM moodle_fdw.run_steps', 'status: the last state of each');
SELECT results_eq('SELECT state, step, percent, bar, units_done, units_total, eta_of_step IS NULL FROM moodle_fdw.progress',
                  $$SELECT 'completed with errors', NULL::text, 100::numeric, repeat('█', 20), sum(units_done), sum(coalesce(units_total, 0)), true FROM moodle_fdw.run_steps$$,
                  'progress: a full bar');
SELECT results_eq('SELECT status, count(*) FROM moodle_fdw.log_scheduler GROUP BY 1 ORDER BY 1',
                  $$SELECT CASE status WHEN 'completed' THEN 1 ELSE 3 END, count(*) FROM moodle_fdw.run_steps GROUP BY 1 ORDER BY 1$$, 'log_scheduler: 1 finished, 3 failed');
SELECT results_eq($$SELECT entity, late, age < '5 min', complete_at = read_at FROM moodle_fdw.freshness WHERE entity IN ('user', 'grade', 'role') ORDER BY 1$$,
                  $$VALUES ('grade', false, true, true), ('role', false, true, true), ('user', false, true, true)$$, 'freshness: all new');
INSERT INTO moodle_fdw.entity_settings (entity, late_after) VALUES ('grade', '0');
SELECT set_eq('SELECT entity FROM moodle_fdw.freshness WHERE late', $$VALUES ('grade')$$, 'or late, where a setting says so');
DELETE FROM moodle_fdw.entity_settings;

-- The next run: what failed is retried, what is mended completes.
SELECT moodle_fdw.add_transform('fails', 'stg', 'SELECT 1', '{first_of_mine}') \gset ignored_
SELECT fault('{"kind": "http_status", "status": 502, "body": "x", "times": 1, "function": "core_user_get_users"}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'the mended transform completes');
SELECT is((SELECT retries FROM step('user')), 1::bigint, 'a retry is counted');
SELECT is((SELECT after_id FROM public.seen WHERE step = 'first' ORDER BY at DESC LIMIT 1), (SELECT max(id) FROM moodle_raw.landing),
          'mine is told that nothing is new since it last ran');
SELECT is((SELECT count(DISTINCT run_id) FROM moodle_fdw.status), 1::bigint, 'status shows the last run only');

-- Replaced, it sees everything anew; removed, it is gone.
SELECT moodle_fdw.add_transform('first_of_mine', 'stg', $$INSERT INTO public.seen (step, instance, after_id, up_to_id) VALUES ('other', $1, $2, $3)$$) \gset ignored_
SELECT moodle_fdw.remove_transform('fails') \gset ignored_
CALL moodle_fdw.refresh(entities => '{categories}');
SELECT results_eq('SELECT step, after_id FROM public.seen ORDER BY at DESC LIMIT 1 OFFSET 1', $$VALUES ('other', 0::bigint)$$, 'a transform that is replaced begins anew');
SELECT is((SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id = last_run() AND name = 'fails'), 0::bigint, 'one that is removed is no step');
SELECT results_eq($$SELECT name FROM moodle_fdw.run_steps WHERE run_id = last_run() AND layer = 'raw'$$, $$VALUES ('category')$$, 'of one entity, one step of raw');

-- Two instances, of which one is down: the other is refreshed, and the run names the one.
SELECT moodle_fdw.add_instance('down', 'http://127.0.0.1:1', 'simadmin', '{"retries": "0"}') \gset ignored_
SELECT change('{"bump_user": 40}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed with errors', 'one instance down: completed with errors');
SELECT is((SELECT message FROM moodle_fdw.runs WHERE run_id = last_run()), 'not complete: down', 'which names it');
SELECT is((SELECT count(*) FROM moodle_raw.landing WHERE run_id = last_run() AND entity = 'user'), 1::bigint, 'the other is refreshed');
SELECT results_eq($$SELECT DISTINCT instance, name, sqlstate FROM moodle_fdw.run_errors WHERE run_id = last_run()$$,
                  $$VALUES ('down', 'user', '08001')$$, 'the one is not asked again and again');
SELECT ok((SELECT bool_and(error LIKE 'not tried, since user failed: %') FROM moodle_fdw.run_steps
           WHERE run_id = last_run() AND instance = 'down' AND layer = 'raw' AND status = 'failed' AND name <> 'user'), 'its steps say why');
SELECT set_eq($$SELECT instance, state FROM moodle_fdw.progress$$, $$VALUES ('sim', 'completed'), ('down', 'completed with errors')$$, 'progress has a line for each');
SELECT ok((SELECT bool_and(late) FROM moodle_fdw.freshness WHERE instance = 'down'), 'what was never read is late');
\set ON_ERROR_STOP off
CALL moodle_fdw.refresh('{down}');
\set failed :LAST_ERROR_SQLSTATE
\set said :LAST_ERROR_MESSAGE
\set ON_ERROR_STOP on
SELECT is(last_status(), 'failed', 'all instances down: the run failed');
SELECT is(:'failed'::text, 'HV000', 'and the CALL says so');
SELECT matches(:'said'::text, '^run \d+ failed$', 'by its number');
SELECT is(moodle_fdw.cancel_run(last_run()), false, 'a run that is over cannot be cancelled');

-- A run in the middle: as its rows would stand then.
INSERT INTO moodle_fdw.runs (status, instances, entities, full_scan) VALUES ('running', '{sim}', '{user}', true) RETURNING run_id \gset
INSERT INTO moodle_fdw.run_steps (run_id, instance, layer, name, ordinal, status, started_at, units_total, units_done, units_failed, seconds) VALUES
    (:run_id, 'sim', 'raw', 'user', 10, 'completed', now(), 1, 1, 0, 1), (:run_id, 'sim', 'raw', 'enrolment', 50, 'running', now(), 20, 4, 1, 10),
    (:run_id, 'sim', 'raw', 'grade', 70, 'queued', NULL, NULL, 0, 0, 0), (:run_id, 'sim', 'stg', 'users', 110, 'queued', NULL, NULL, 0, 0, 0);
SELECT results_eq(format('SELECT name, status FROM moodle_fdw.log_scheduler WHERE run_id = %s ORDER BY id', :run_id),
                  $$VALUES ('user', 1), ('enrolment', 2), ('grade', 4), ('users', 4)$$, 'log_scheduler: 2 in progress, 4 queued');
SELECT is((SELECT state FROM moodle_fdw.progress WHERE run_id = :run_id), 'broken off', 'progress: a run that nobody works on has broken off');
SELECT pg_advisory_lock(moodle_fdw.lock_class('run'), hashtext(:'run_id')) \gset ignored_
SELECT results_eq(format('SELECT state, step, percent, bar, units_done, units_total, units_per_second, eta_of_step FROM moodle_fdw.progress WHERE run_id = %s', :run_id),
                  $$VALUES ('running', 'enrolment', 31::numeric, repeat('█', 6) || repeat('░', 14), 6::numeric, 21::numeric, 0.5, interval '38 s')$$,
                  'of one that is worked on, its step, percent, bar, units, rate and time to go');
SELECT is((SELECT status FROM moodle_fdw.status WHERE instance = 'sim' AND name = 'enrolment'), 'running', 'status shows it running');
SELECT pg_advisory_unlock(moodle_fdw.lock_class('run'), hashtext(:'run_id')) \gset ignored_
SELECT ok(moodle_fdw.cancel_run(:run_id), 'cancelled when nobody works on it');
SELECT results_eq(format('SELECT status, message FROM moodle_fdw.runs WHERE run_id = %s', :run_id),
                  $$VALUES ('cancelled', 'not complete: sim; 1 units passed over of sim')$$, 'it is over');
SELECT results_eq(format('SELECT name, status FROM moodle_fdw.log_scheduler WHERE run_id = %s ORDER BY id', :run_id),
                  $$VALUES ('user', 1), ('enrolment', 3), ('grade', 3), ('users', 3)$$, 'log_scheduler: 3 cancelled');
SELECT finish();
