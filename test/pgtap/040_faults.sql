-- A site that stalls, lies, cuts and floods: the right error, or a retry with a whole answer.
\ir lib/setup.sql
ALTER SERVER sim OPTIONS (ADD retries '2', ADD stall_timeout '2s', ADD request_timeout '30s',
                          ADD connect_timeout '2s');
CREATE TEMP TABLE users AS SELECT * FROM sim.users;
CREATE TEMP TABLE enrolments AS SELECT * FROM sim.enrolments;
CREATE TEMP TABLE grades AS SELECT * FROM sim.grades;
SELECT plan(81);

-- Each kind, without end: its SQLSTATE, names in its message, a hint.
CREATE TEMP TABLE kinds (fault text, state text);
INSERT INTO kinds VALUES
    ('{"kind": "stall_before"}', '08006'),
    ('{"kind": "stall_body", "after_bytes": 3000}', '08006'),
    ('{"kind": "cut_body", "after_bytes": 3000}', '08006'),
    ('{"kind": "cut_body", "with_length": true, "after_bytes": 3000}', '08006'),
    ('{"kind": "reset"}', '08006'),
    ('{"kind": "reset_body", "after_bytes": 3000}', '08006'),
    ('{"kind": "garbage"}', NULL),
    ('{"kind": "html_page"}', NULL),
    ('{"kind": "empty_body"}', NULL),
    ('{"kind": "trailing_garbage"}', NULL),
    ('{"kind": "invalid_utf8", "after_bytes": 500}', NULL),
    ('{"kind": "null_bytes", "after_bytes": 500}', NULL),
    ('{"kind": "lone_surrogate"}', NULL),
    ('{"kind": "deep_nesting"}', NULL),
    ('{"kind": "wrong_types"}', '22P02'),
    ('{"kind": "huge_header"}', NULL),
    ('{"kind": "http_status", "status": 500, "body": "<h1>oops</h1>"}', '58000'),
    ('{"kind": "http_status", "status": 500, "body": ""}', '53200'),
    ('{"kind": "http_status", "status": 502, "body": "<h1>Bad gateway</h1>"}', NULL),
    ('{"kind": "http_status", "status": 503, "body": "busy", "retry_after": "1"}', '57P03'),
    ('{"kind": "http_status", "status": 504, "body": "<h1>Gateway Time-out</h1>"}', NULL),
    ('{"kind": "http_status", "status": 429, "body": "slow down", "retry_after": "1"}', '53300'),
    ('{"kind": "http_status", "status": 403, "body": ""}', NULL),
    ('{"kind": "http_status", "status": 404, "body": "File not found."}', NULL),
    ('{"kind": "http_status", "status": 303, "location": "http://elsewhere.example/"}', NULL),
    ('{"kind": "maintenance", "retry_after": "1"}', '57P03'),
    ('{"kind": "moodle_error", "errorcode": "sitemaintenance", "exception": "x", "message": "off"}', '57P03'),
    ('{"kind": "moodle_error", "errorcode": "dbconnectionfailed", "exception": "x", "message": "<p>no</p>"}', '57P03'),
    ('{"kind": "moodle_error", "errorcode": "invalidtoken", "exception": "x", "message": "no"}', '28000'),
    ('{"kind": "moodle_error", "errorcode": "accessexception", "exception": "x", "message": "no"}', '42501'),
    ('{"kind": "moodle_error", "errorcode": "nopermissions", "exception": "x", "message": "no"}', '42501'),
    ('{"kind": "moodle_error", "errorcode": "surprise", "exception": "x", "message": "<b>Boo</b>"}', NULL);
CREATE FUNCTION check_kind(fault text, state text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    said record;
    name text := left(fault, 70);
BEGIN
    PERFORM no_faults();
    PERFORM fault(jsonb_set(fault::jsonb, '{times}', '-1')::text);
    PERFORM moodle_fdw.close_connections();
    SELECT * INTO said FROM failure_of('SELECT count(user_id), count(username), count(suspended) FROM sim.users');
    RETURN NEXT ok(said.state IS NOT NULL AND said.state <> 'XX000'
                   AND (check_kind.state IS NULL OR said.state = check_kind.state)
                   AND said.message LIKE '%"sim"%' AND said.message ~ 'core_user_get_users|"users"',
                   name || ' → ' || coalesce(said.state, 'nothing') || ': ' || coalesce(said.message, ''));
    RETURN NEXT ok(said.hint <> '', 'with a hint: ' || coalesce(said.hint, ''));
    PERFORM no_faults();
    PERFORM moodle_fdw.close_connections();
END $$;
SELECT check_kind(fault, state) FROM kinds;

-- The same once: asked again, whole, without doubles.
CREATE FUNCTION recovers(fault text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    same boolean;
BEGIN
    PERFORM no_faults();
    PERFORM moodle_fdw.close_connections();
    PERFORM fault(fault);
    SELECT count(*) = 198 AND count(DISTINCT user_id) = 198 INTO same FROM sim.users;
    RETURN ok(same, 'once ' || left(fault, 60) || ': the answer is whole');
END $$;
SELECT recovers(f) FROM unnest(ARRAY[
    '{"kind": "cut_body", "after_bytes": 60000}', '{"kind": "reset_body", "after_bytes": 60000}',
    '{"kind": "http_status", "status": 502, "body": "x"}', '{"kind": "stall_before"}',
    '{"kind": "http_status", "status": 503, "body": "x", "retry_after": "1"}']) f;
SELECT ok((SELECT min(retries) FROM moodle_fdw.last_scan()) >= 1, 'last_scan() tells of the retry');

-- Retry-After is kept to, and other requests of the backend wait with it.
SELECT fault('{"kind": "http_status", "status": 429, "body": "x", "retry_after": "2"}') \gset ignored_
SELECT clock_timestamp() AS began \gset
SELECT count(*) FROM sim.users \gset ignored_
SELECT ok(clock_timestamp() - :'began'::timestamptz >= interval '2 seconds', 'Retry-After is kept to');

-- One unit of many fails.
SELECT no_faults() \gset ignored_
SELECT fault('{"kind": "moodle_error", "errorcode": "errorcoursecontextnotvalid", "exception": "x", "message": "no", "times": -1, "match": {"courseid": "7"}}') \gset ignored_
SELECT ok((failure_of('SELECT count(*) FROM sim.enrolments')).message LIKE '%course 7%',
          'the failing unit is named');
ALTER SERVER sim OPTIONS (ADD on_unit_error 'skip');
SELECT is((SELECT count(*) FROM sim.enrolments),
          (SELECT count(*) FROM enrolments WHERE course_id <> 7), 'on_unit_error skip: the others come');
SELECT is((SELECT units_skipped FROM moodle_fdw.last_scan()), 1::bigint, 'last_scan() counts what was skipped');
SELECT is((SELECT skipped -> 0 ->> 'unit' FROM moodle_fdw.last_scan()), 'course 7', 'and names it');
SELECT no_faults() \gset ignored_
SELECT fault('{"kind": "moodle_error", "errorcode": "invalidtoken", "exception": "x", "message": "no", "times": -1}') \gset ignored_
SELECT is((failure_of('SELECT count(*) FROM sim.enrolments')).state, '28000',
          'a fault of the whole site is never skipped');
SELECT no_faults() \gset ignored_
ALTER SERVER sim OPTIONS (DROP on_unit_error);

-- A grade report that is too much at once comes user by user.
SELECT fault('{"kind": "fail_over_users", "limit": 20, "status": 504, "times": -1, "function": "gradereport_user_get_grade_items"}') \gset ignored_
SELECT bag_eq('SELECT course_id, user_id, item_id, grade FROM sim.grades',
              'SELECT course_id, user_id, item_id, grade FROM grades', 'grades by user are the same');
SELECT ok(calls_of('gradereport_grader_get_users_in_report') > 0, 'as the site''s count shows');
SELECT no_faults() \gset ignored_
SELECT fault('{"kind": "fail_over_users", "limit": 20, "status": 500, "body": "", "times": -1, "function": "gradereport_user_get_grade_items"}') \gset ignored_
SELECT is((SELECT count(*) FROM sim.grade_items), (SELECT count(DISTINCT item_id) FROM grades),
          'grade_items too, each once, where PHP''s memory did not suffice');
SELECT no_faults() \gset ignored_

-- Duplicate keys: typed columns and jsonb agree on the last.
SELECT fault('{"kind": "duplicate_keys"}') \gset ignored_
SELECT ok((SELECT bool_and(user_id = (raw ->> 'id')::bigint) AND min(user_id) = 1 FROM sim.users),
          'duplicate keys: columns agree with raw on the last one');
-- Bounds.
ALTER SERVER sim OPTIONS (ADD max_response_size '100kB');
SELECT fault('{"kind": "huge_body", "times": 1}') \gset ignored_
SELECT is((failure_of('SELECT count(*) FROM sim.users')).state, '54000', 'a flood is stopped at max_response_size');
SELECT finish();
