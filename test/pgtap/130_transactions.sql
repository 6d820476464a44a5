-- Cursors, savepoints and errors in the middle of scans: each scan ends cleanly, and what is open
-- beside it goes on.
\ir lib/setup.sql
SELECT plan(17);
CREATE TEMP TABLE users AS SELECT * FROM sim.users;

-- WITH HOLD keeps every row, although the site is asked only once.
SELECT reset_stats() \gset ignored_
BEGIN;
DECLARE held CURSOR WITH HOLD FOR SELECT user_id FROM sim.users ORDER BY user_id;
COMMIT;
SELECT fault('{"kind": "http_status", "status": 404, "body": "x", "times": -1}') \gset ignored_
FETCH LAST FROM held \gset last_
FETCH FIRST FROM held \gset first_
SELECT no_faults() \gset ignored_
SELECT is(:last_user_id::bigint, (SELECT max(user_id) FROM users), 'a held cursor has the last row');
SELECT is(:first_user_id::bigint, (SELECT min(user_id) FROM users), 'and the first, without the site');
SELECT is(stat('requests'), 1::bigint, 'which was asked once');
CLOSE held;

-- A savepoint rolled back over an open scan, and a scan begun before it that goes on.
BEGIN;
DECLARE outer_scan CURSOR FOR SELECT user_id FROM sim.users;
FETCH 2 FROM outer_scan \g /dev/null
SAVEPOINT here;
DECLARE inner_scan CURSOR FOR SELECT user_id FROM sim.enrolments;
FETCH 3 FROM inner_scan \g /dev/null
ROLLBACK TO here;
FETCH 1 FROM outer_scan \gset third_
SELECT is(:third_user_id::bigint, (SELECT user_id FROM users ORDER BY user_id OFFSET 2 LIMIT 1), 'the outer scan goes on');
CLOSE outer_scan;
SELECT is((SELECT count(*) FROM sim.users), 198::bigint, 'and new scans are whole');
COMMIT;

-- An error in a subtransaction, in the middle of another scan's loop.
CREATE FUNCTION walk() RETURNS TABLE (seen bigint, failed bigint) LANGUAGE plpgsql AS $$
DECLARE
    person record;
BEGIN
    seen := 0;
    failed := 0;
    FOR person IN SELECT user_id FROM sim.users LOOP
        seen := seen + 1;
        IF seen % 50 = 0 THEN
            BEGIN
                PERFORM moodle_fdw.call('sim', 'core_course_get_contents', '{"courseid": -1}');
            EXCEPTION WHEN OTHERS THEN
                failed := failed + 1;
            END;
            BEGIN
                PERFORM 1 / (count(*) - count(*)) FROM sim.courses;
            EXCEPTION WHEN division_by_zero THEN
                failed := failed + 1;
            END;
        END IF;
    END LOOP;
    RETURN NEXT;
END $$;
SELECT results_eq('SELECT * FROM walk()', 'VALUES (198::bigint, 6::bigint)', 'errors within a loop over a scan leave the scan alone');

-- A statement that fails half way: the next one has all, over whatever connections are left.
SELECT isnt((failure_of('SELECT 1 / (user_id - 100) FROM sim.users')).state, NULL, 'a failure of our own in the middle');
SELECT is((SELECT count(*) FROM sim.users), 198::bigint, 'and all rows after it');
SELECT is((SELECT count(*) FROM (SELECT user_id FROM sim.users LIMIT 1) one), 1::bigint, 'one row of many');
SELECT is((SELECT count(*) FROM sim.enrolments WHERE course_id = 5), (SELECT count(*) FROM sim.enrolments e WHERE e.course_id::text = '5'),
          'and the next table is whole');

-- Two scans of which one fails: the error is the failing one's.
SELECT fault('{"kind": "moodle_error", "errorcode": "nopermissions", "exception": "x", "message": "no", "times": -1, "function": "core_course_get_categories"}') \gset ignored_
SELECT matches((failure_of('SELECT count(*) FROM sim.users, sim.categories')).message, 'core_course_get_categories', 'the failing scan is named');
SELECT no_faults() \gset ignored_

-- EXISTS, IN and scalar subqueries stop as soon as they know.
SELECT ok(EXISTS (SELECT FROM sim.enrolments WHERE course_id = 5), 'EXISTS');
SELECT ok(NOT EXISTS (SELECT FROM sim.enrolments WHERE course_id = 9), 'NOT EXISTS');
SELECT is((SELECT count(*) FROM sim.courses c WHERE EXISTS (SELECT FROM sim.enrolments e WHERE e.course_id = c.course_id)),
          (SELECT count(DISTINCT course_id) FROM sim.enrolments), 'a correlated EXISTS');
-- What runs in a read-only transaction or a function of any kind.
BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY;
SELECT is((SELECT count(*) FROM sim.users), 198::bigint, 'read only and serializable');
COMMIT;
CREATE MATERIALIZED VIEW kept AS SELECT user_id, lastname FROM sim.users;
SELECT is((SELECT count(*) FROM kept), 198::bigint, 'a materialized view');
REFRESH MATERIALIZED VIEW kept;
SELECT is((SELECT count(*) FROM pg_cursors), 0::bigint, 'no cursor is left');
SELECT finish();
