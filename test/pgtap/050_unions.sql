-- All instances as one: pruned, side by side, and one failing is said to be that one.
\ir lib/setup.sql
SELECT plan(41);
SELECT moodle_fdw.add_instance('two', :'sim_url', 'simadmin', '{"retries": 0}') \gset ignored_
SELECT moodle_fdw.add_instance('three', :'sim_url', 'simteacher', '{"retries": 0, "on_unit_error": "skip"}') \gset ignored_
CREATE TEMP TABLE people AS SELECT instance, user_id, username FROM sim.users
    UNION ALL SELECT instance, user_id, username FROM two.users
    UNION ALL SELECT instance, user_id, username FROM three.users;
CREATE TEMP TABLE of_courses AS SELECT instance, course_id, user_id, role_id FROM sim.enrolments
    UNION ALL SELECT instance, course_id, user_id, role_id FROM two.enrolments
    UNION ALL SELECT instance, course_id, user_id, role_id FROM three.enrolments;
SELECT ok((SELECT count(*) FROM people WHERE instance = 'three')
          BETWEEN 1 AND (SELECT count(*) - 1 FROM people WHERE instance = 'two'),
          'the third sees less: the instances can be told apart');

-- What is asked is what is needed.
CREATE FUNCTION requests_of(query text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reset_stats();
    EXECUTE query;
    RETURN stat('requests');
END $$;
SELECT bag_eq('SELECT instance, user_id, username FROM moodle_fdw.users', 'SELECT * FROM people',
              'the union has everyone of every instance');
SELECT bag_eq('SELECT instance, course_id, user_id, role_id FROM moodle_fdw.enrolments',
              'SELECT * FROM of_courses', 'and everything of tables that ask course by course');
SELECT is(requests_of('SELECT * FROM moodle_fdw.users'), 3::bigint, 'one call an instance');
SELECT is(requests_of('SELECT * FROM moodle_fdw.users WHERE instance = ''two'''), 1::bigint,
          'one instance: one call');
SELECT is(requests_of('SELECT * FROM moodle_fdw.users WHERE instance IN (''two'', ''three'')'), 2::bigint,
          'two instances');
SELECT is(requests_of('SELECT * FROM moodle_fdw.users WHERE instance = ''nobody'''), 0::bigint, 'none');
SELECT is(requests_of('SELECT * FROM moodle_fdw.users WHERE instance = ''two'' AND user_id = 12'), 1::bigint,
          'with an id');
SELECT is(requests_of('SELECT * FROM moodle_fdw.users u, (SELECT ''two''::text AS name) n
                       WHERE u.instance = n.name'), 1::bigint, 'a name from a subquery');
PREPARE of_instance (text) AS SELECT count(*) FROM moodle_fdw.users WHERE instance = $1;
SET plan_cache_mode = force_generic_plan;
SELECT is(requests_of('EXECUTE of_instance(''three'')'), 1::bigint, 'a generic plan prunes when it runs');
SELECT is(requests_of('EXECUTE of_instance(NULL)'), 0::bigint, 'NULL is no instance');
RESET plan_cache_mode;

-- Side by side.
SELECT sim_ask('/__sim/latency', '{"fixed_ms": 800}') \gset ignored_
SELECT reset_stats() \gset ignored_
SELECT clock_timestamp() AS began \gset
SELECT count(*) FROM moodle_fdw.users \gset ignored_
SELECT clock_timestamp() - :'began'::timestamptz AS took \gset
SELECT is(stat('max_concurrent'), 3::bigint, 'all instances are asked at once');
SELECT ok(:'took'::interval < interval '2.2 seconds', 'and take the time of one, not of three: ' || :'took');
SELECT reset_stats() \gset ignored_
SET enable_async_append = off;
SELECT count(*) FROM moodle_fdw.users \gset ignored_
RESET enable_async_append;
SELECT is(stat('max_concurrent'), 1::bigint, 'one after the other where that is switched off');
SELECT sim_ask('/__sim/latency', '{"fixed_ms": 20}') \gset ignored_
SELECT reset_stats() \gset ignored_
SELECT count(*) FROM moodle_fdw.enrolments WHERE instance <> 'three' \gset ignored_
SELECT is(stat('max_concurrent'), 8::bigint, 'each within its own max_connections');
SELECT sim_ask('/__sim/latency', '{"fixed_ms": 0}') \gset ignored_
CREATE FUNCTION plan_text(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
SELECT is(regexp_count(plan_text('SELECT user_id FROM moodle_fdw.users'), 'Async Foreign Scan'), 3,
          'EXPLAIN says so');
SELECT is(regexp_count(plan_text('(ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT user_id FROM moodle_fdw.users'),
                       'Moodle Requests: 1'), 3, 'EXPLAIN ANALYZE counts each');

-- Plans that ask a union more than once.
SELECT is((SELECT count(*) FROM moodle_fdw.users a JOIN moodle_fdw.users b USING (instance, user_id)),
          (SELECT count(*) FROM people), 'a self-join');
SELECT bag_eq('SELECT e.* FROM (VALUES (4), (6), (8)) v (id),
                   LATERAL (SELECT instance, course_id, user_id, role_id FROM moodle_fdw.enrolments
                            WHERE course_id = v.id) e',
              'SELECT * FROM of_courses WHERE course_id IN (4, 6, 8)', 'LATERAL rescans all partitions');
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
SELECT is((SELECT count(*) FROM (VALUES (4), (6), (8)) v (id) JOIN moodle_fdw.enrolments e ON e.course_id = v.id),
          (SELECT count(*) FROM of_courses WHERE course_id IN (4, 6, 8)), 'a nested loop');
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material;
SELECT is((SELECT count(*) FROM (SELECT * FROM moodle_fdw.users LIMIT 7) l), 7::bigint, 'LIMIT');
SELECT results_eq('SELECT instance, user_id FROM moodle_fdw.users ORDER BY 1 DESC, 2 LIMIT 3 OFFSET 2',
                  'SELECT instance, user_id FROM people ORDER BY 1 DESC, 2 LIMIT 3 OFFSET 2', 'ORDER BY and LIMIT');
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE username LIKE '%7'),
          (SELECT count(*) FROM people WHERE username LIKE '%7'), 'a local condition');
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE NOT EXISTS (
               SELECT FROM moodle_fdw.enrolments e WHERE e.instance = users.instance AND e.user_id = users.user_id)),
          (SELECT count(*) FROM people p WHERE NOT EXISTS (
               SELECT FROM of_courses e WHERE e.instance = p.instance AND e.user_id = p.user_id)), 'an anti-join');
BEGIN;
DECLARE one CURSOR FOR SELECT user_id FROM moodle_fdw.users;
DECLARE other CURSOR FOR SELECT instance FROM moodle_fdw.courses;
FETCH 5 FROM one \g /dev/null
FETCH 5 FROM other \g /dev/null
CREATE TEMP TABLE rest (n bigint);
CREATE FUNCTION rest_of(name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    cursor refcursor := name;
    n bigint;
BEGIN
    MOVE FORWARD ALL IN cursor;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
SELECT is(rest_of('one'), (SELECT count(*) - 5 FROM people), 'two cursors over unions: one');
SELECT is(rest_of('other'), (SELECT count(*) - 5 FROM moodle_fdw.courses), 'and the other');
COMMIT;
SELECT is((SELECT sum(n) FROM (SELECT count(*) AS n FROM moodle_fdw.users GROUP BY instance) s),
          (SELECT count(*) FROM people)::numeric, 'GROUP BY instance');
SELECT count(*) FROM moodle_fdw.users \gset ignored_
SELECT is((SELECT array_agg(instance ORDER BY instance) FROM moodle_fdw.last_scan()),
          ARRAY['sim', 'three', 'two'], 'last_scan() has a row for each instance');

-- One fails.
SELECT fault('{"kind": "moodle_error", "errorcode": "invalidtoken", "exception": "x", "message": "no", "times": -1, "match": {"wstoken": "simteacher"}}') \gset ignored_
SELECT is((failure_of('SELECT count(*) FROM moodle_fdw.users')).state, '28000', 'one of three fails: the query does');
SELECT ok((failure_of('SELECT count(*) FROM moodle_fdw.users')).message LIKE '%"three"%', 'and names it');
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE instance <> 'three'),
          (SELECT count(*) FROM people WHERE instance <> 'three'), 'without it the others are whole');
SELECT no_faults() \gset ignored_
SELECT bag_eq('SELECT instance, user_id, username FROM moodle_fdw.users', 'SELECT * FROM people',
              'and after it everything is');

-- A server made by plain SQL joins in, under its name.
CREATE SERVER plain FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url :'sim_url');
CREATE USER MAPPING FOR CURRENT_USER SERVER plain OPTIONS (token 'simadmin');
CREATE SCHEMA by_hand;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (users, courses) FROM SERVER plain INTO by_hand;
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE instance = 'plain'), 0::bigint, 'at first it is outside');
SELECT lives_ok('SELECT moodle_fdw.attach_union(''by_hand.users'')', 'attach_union() takes its table');
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE instance = 'plain'), 198::bigint, 'and its rows are there');
SELECT throws_ok('SELECT moodle_fdw.attach_union(''by_hand.users'')', '42809', NULL, 'but not twice');
CREATE FOREIGN TABLE by_hand.again (role_id bigint) SERVER plain OPTIONS (entity 'roles');
SELECT throws_ok('SELECT moodle_fdw.attach_union(''by_hand.again'')', '42804', NULL,
                 'nor a table of other columns');
SELECT moodle_fdw.remove_instance('plain') \gset ignored_
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE instance = 'plain'), 0::bigint, 'remove_instance() takes it out');
SELECT is((SELECT count(*) FROM pg_class WHERE relnamespace = 'by_hand'::regnamespace), 0::bigint,
          'with its tables, wherever they are');
SELECT moodle_fdw.remove_instance('three') \gset ignored_
SELECT bag_eq('SELECT instance, user_id, username FROM moodle_fdw.users',
              'SELECT * FROM people WHERE instance <> ''three''', 'the others stay');

-- A transaction that is rolled back has added nothing.
BEGIN;
SELECT moodle_fdw.add_instance('four', :'sim_url', 'simadmin') \gset ignored_
SELECT count(*) FROM four.courses \gset within_
ROLLBACK;
SELECT ok(:within_count = 21 AND to_regclass('four.courses') IS NULL
          AND NOT EXISTS (SELECT FROM moodle_fdw.instances WHERE name = 'four'),
          'added, read and rolled back in one transaction');
SELECT finish();
