-- Joins, rescans, cursors, prepared statements, LIMIT, ANALYZE, EXPLAIN.
\ir lib/setup.sql
SELECT plan(37);
CREATE TEMP TABLE enrolments AS SELECT * FROM sim.enrolments;
CREATE TEMP TABLE wanted AS SELECT 2 + g AS course_id FROM generate_series(0, 4) g;
ANALYZE wanted;

SELECT reset_stats() \gset ignored_
SELECT is((SELECT count(*) FROM wanted JOIN sim.enrolments USING (course_id)),
          (SELECT count(*) FROM wanted JOIN enrolments USING (course_id)), 'a join with 5 courses');
SELECT is(calls_of('core_enrol_get_enrolled_users'), 5::bigint, 'asks for 5 courses');
SELECT is(stat('requests'), 5::bigint, 'and for nothing else');

CREATE TEMP TABLE twenty AS SELECT 2 + g AS course_id FROM generate_series(0, 19) g;
ANALYZE twenty;
SELECT sim_ask('/__sim/latency', '{"fixed_ms": 20}') \gset ignored_
SELECT reset_stats() \gset ignored_
SELECT is((SELECT count(*) FROM sim.enrolments WHERE course_id = ANY (ARRAY(SELECT course_id FROM twenty))),
          (SELECT count(*) FROM enrolments), '20 courses as an array');
SELECT is(stat('requests'), 20::bigint, 'are 20 calls');
SELECT is(stat('max_concurrent'), 4::bigint, 'side by side, as many as max_connections');
SELECT sim_ask('/__sim/latency', '{"fixed_ms": 0}') \gset ignored_
SELECT reset_stats() \gset ignored_
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
SELECT is((SELECT count(*) FROM twenty JOIN sim.enrolments USING (course_id)),
          (SELECT count(*) FROM enrolments), 'a nested loop over 20 courses');
SELECT is(calls_of('core_enrol_get_enrolled_users'), 20::bigint, 'asks for each once');
SELECT is((SELECT count(*) FROM (VALUES (3), (4)) v (id) JOIN sim.users u ON u.user_id = v.id),
          2::bigint, 'ids from VALUES');
SELECT is((SELECT count(*) FROM wanted w, LATERAL (SELECT * FROM sim.enrolments e
                                                   WHERE e.course_id = w.course_id LIMIT 2) l),
          (SELECT count(*) FROM wanted w, LATERAL (SELECT * FROM enrolments e
                                                   WHERE e.course_id = w.course_id LIMIT 2) l),
          'LATERAL with LIMIT');
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material;
SELECT is((SELECT count(*) FROM sim.users a JOIN sim.users b USING (user_id)), 198::bigint, 'a self-join');
SELECT is((SELECT count(*) FROM sim.users WHERE user_id IN (SELECT user_id FROM sim.enrolments)),
          (SELECT count(DISTINCT user_id) FROM enrolments), 'a semi-join');
SELECT is((SELECT count(*) FROM sim.users WHERE user_id NOT IN (SELECT user_id FROM sim.enrolments)),
          198 - (SELECT count(DISTINCT user_id) FROM enrolments), 'NOT IN');
SELECT is((SELECT count(*) FROM (SELECT (SELECT count(*) FROM sim.enrolments e WHERE e.course_id = c.course_id)
                                 FROM sim.courses c) s), 21::bigint, 'a correlated subquery');
WITH people AS MATERIALIZED (SELECT * FROM sim.users)
SELECT is((SELECT count(*) FROM people a, people b WHERE a.user_id = b.user_id), 198::bigint, 'a CTE read twice');
SELECT is((SELECT count(*) FROM sim.users u FULL JOIN sim.enrolments e USING (user_id)),
          (SELECT count(*) FROM enrolments) + 198 - (SELECT count(DISTINCT user_id) FROM enrolments),
          'a full join');
SELECT is((WITH RECURSIVE up (id, parent) AS (
               SELECT category_id, parent FROM sim.categories WHERE category_id = 4
               UNION SELECT c.category_id, c.parent FROM sim.categories c JOIN up ON c.category_id = up.parent)
           SELECT count(*) FROM up), 3::bigint, 'a recursive query rescans');

PREPARE by_id (bigint) AS SELECT username FROM sim.users WHERE user_id = $1;
SET plan_cache_mode = force_generic_plan;
CREATE FUNCTION one_text(query text) RETURNS text LANGUAGE plpgsql AS
    $$ DECLARE t text; BEGIN EXECUTE query INTO t; RETURN t; END $$;
SELECT is(one_text('EXECUTE by_id(12)'), 'user000012', 'a generic plan');
SELECT is(one_text('EXECUTE by_id(13)'), 'user000013', 'takes each value');
SELECT is(one_text('EXECUTE by_id(NULL)'), NULL, 'and NULL');
RESET plan_cache_mode;

BEGIN;
DECLARE a CURSOR FOR SELECT user_id FROM sim.users;
DECLARE b CURSOR FOR SELECT user_id FROM sim.users;
FETCH 3 FROM a \g /dev/null
FETCH 100 FROM b \g /dev/null
FETCH 1 FROM a \gset first_
FETCH 1 FROM b \gset second_
SELECT is(:first_user_id::bigint, 4::bigint, 'two cursors in turn: the first goes on');
SELECT ok(:second_user_id::bigint > 100, 'and the second');
MOVE ALL FROM a;
SELECT is((SELECT count(*) FROM sim.users), 198::bigint, 'while other scans run');
COMMIT;
BEGIN;
DECLARE s SCROLL CURSOR FOR SELECT user_id FROM sim.users;
MOVE 10 FROM s;
FETCH PRIOR FROM s \gset prior_
SELECT is(:prior_user_id::bigint, 9::bigint, 'a scrollable cursor goes back');
COMMIT;
DECLARE h CURSOR WITH HOLD FOR SELECT user_id FROM sim.users WHERE user_id < 5;
MOVE ALL FROM h;
CLOSE h;

SELECT reset_stats() \gset ignored_
SELECT is((SELECT count(*) FROM (SELECT * FROM sim.enrolments LIMIT 3) l), 3::bigint, 'LIMIT');
SELECT ok(stat('requests') <= 9, 'leaves the other courses alone');
SELECT is((SELECT array_agg(user_id) FROM (SELECT user_id FROM sim.users WHERE suspended
                                           ORDER BY user_id LIMIT 2) l), ARRAY[5, 42]::bigint[],
          'LIMIT with a local condition and ORDER BY is right');
SELECT is((SELECT count(*) FROM (SELECT * FROM sim.users OFFSET 190) o), 8::bigint, 'OFFSET');

SELECT reset_stats() \gset ignored_
ANALYZE sim.enrolments;
SELECT ok(stat('requests') BETWEEN 2 AND 60, 'ANALYZE is bounded');
SELECT ok((SELECT reltuples FROM pg_class WHERE oid = 'sim.enrolments'::regclass) BETWEEN 300 AND 900,
          'and counts');
SELECT ok((SELECT n_distinct FROM pg_stats WHERE schemaname = 'sim' AND tablename = 'enrolments'
           AND attname = 'course_id') <> 0, 'and knows columns');

CREATE FUNCTION plan_of(query text) RETURNS jsonb LANGUAGE plpgsql AS
    $$ DECLARE plan jsonb; BEGIN EXECUTE 'EXPLAIN (FORMAT JSON, ' || query INTO plan; RETURN plan; END $$;
SELECT is(jsonb_path_query_first(plan_of('ANALYZE) SELECT * FROM sim.users WHERE user_id = 12'),
                                 '$.**."Moodle Requests"'), '1', 'EXPLAIN ANALYZE counts requests');
SELECT is(jsonb_path_query_first(plan_of('VERBOSE) SELECT * FROM sim.users WHERE user_id = 12'),
                                 '$.**."Moodle Arguments"'),
          '"criteria[0][key]=id, criteria[0][value]=12"', 'EXPLAIN VERBOSE shows arguments');
SELECT is(jsonb_path_query_first(plan_of('COSTS OFF) SELECT * FROM sim.users WHERE email LIKE ''x%'''),
                                 '$.**."Moodle Pushed"'), '"email"', 'and what is pushed');
SELECT reset_stats() \gset ignored_
SELECT plan_of('COSTS OFF) SELECT * FROM sim.users, sim.enrolments') IS NOT NULL AS planned \gset ignored_
SELECT is(stat('requests'), 0::bigint, 'EXPLAIN alone asks nothing');

CREATE VIEW people AS SELECT user_id, username FROM sim.users;
CREATE ROLE reader;
GRANT SELECT ON people TO reader;
SET ROLE reader;
SELECT is((SELECT count(*) FROM public.people), 198::bigint, 'a view reads with its owner''s mapping');
SELECT throws_ok('SELECT * FROM sim.users', '42501', NULL, 'while the table itself is closed');
RESET ROLE;
SELECT finish();
DROP VIEW people;
DROP ROLE reader;
