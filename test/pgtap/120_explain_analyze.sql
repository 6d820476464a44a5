-- EXPLAIN ANALYZE tells what a scan did, and agrees with what the site counted.
\ir lib/setup.sql
SELECT plan(16);
CREATE FUNCTION plan_of(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    PERFORM reset_stats();
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT JSON) ' || query INTO plan;
    RETURN plan;
END $$;
CREATE FUNCTION said(plan jsonb, what text) RETURNS numeric LANGUAGE sql AS $$
    SELECT sum((value #>> '{}')::numeric) FROM jsonb_path_query(plan, ('strict $.**."' || what || '"')::jsonpath) value
$$;
CREATE TEMP TABLE plans (query text, plan jsonb, requests bigint, bytes bigint);
CREATE FUNCTION keep(query text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept jsonb := plan_of(query);
BEGIN
    INSERT INTO plans VALUES (query, kept, stat('requests'), stat('bytes'));
END $$;
SELECT count(keep(query)) FROM unnest(ARRAY[
    'SELECT * FROM sim.users', 'SELECT * FROM sim.users WHERE user_id = 12', 'SELECT * FROM sim.enrolments WHERE course_id IN (2, 3, 4)',
    'SELECT * FROM sim.grades WHERE course_id = 6', 'SELECT * FROM sim.users WHERE user_id = -1']) query \gset ignored_
SELECT is(said(plan, 'Moodle Requests')::bigint, requests, 'requests of ' || query) FROM plans;
SELECT is(said(plan, 'Moodle Bytes')::bigint, bytes, 'bytes of ' || query) FROM plans;
SELECT ok((SELECT said(plan, 'Moodle Wait') > 0 FROM plans LIMIT 1), 'and what was waited');
SELECT fault('{"kind": "http_status", "status": 502, "body": "x", "times": 2}') \gset ignored_
SELECT is(said(plan_of('SELECT * FROM sim.users'), 'Moodle Retries'), 2::numeric, 'retries are counted');
SELECT no_faults() \gset ignored_
SELECT is((SELECT said(plan_of('SELECT * FROM (VALUES (2), (3), (4), (5)) v (id) CROSS JOIN LATERAL (SELECT * FROM sim.enrolments WHERE course_id = v.id OFFSET 0) e'),
                       'Moodle Requests')), 4::numeric, 'a scan that runs again adds up');
-- Estimates: none is absurd before ANALYZE, and they are near after it.
SELECT cmp_ok((SELECT (plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric FROM plans WHERE query LIKE '%= 12'), '<=', 50::numeric, 'before ANALYZE one id is a few rows of many');
ANALYZE sim.users;
SELECT ok((plan_of('SELECT * FROM sim.users') -> 0 -> 'Plan' ->> 'Plan Rows')::numeric BETWEEN 150 AND 250, 'after ANALYZE the table is known');
SELECT is((plan_of('SELECT * FROM sim.users WHERE user_id = 12') -> 0 -> 'Plan' ->> 'Plan Rows')::int, 1, 'and one id is one row');
SELECT finish();
