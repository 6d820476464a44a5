-- A condition gives the same rows whether Moodle helps with it or not.
\ir lib/setup.sql
CREATE TEMP TABLE users AS SELECT * FROM sim.users;
CREATE TEMP TABLE enrolments AS SELECT * FROM sim.enrolments;
CREATE TEMP TABLE courses AS SELECT * FROM sim.courses;
CREATE TEMP TABLE completions AS SELECT * FROM sim.completions;
CREATE TEMP TABLE grades AS SELECT * FROM sim.grades;
CREATE TEMP TABLE conditions (entity text, condition text);
INSERT INTO conditions SELECT 'users', condition FROM unnest(ARRAY[
    'user_id = 12', 'user_id = 50', 'user_id = 0', 'user_id = -3', 'user_id = 999999999999',
    'user_id = 9223372036854775807', 'user_id = NULL', 'user_id IS NULL', 'user_id = 12.0',
    'user_id = 12::int2', 'user_id IN (3, 4, 5, 50, 99999)', 'user_id = ANY (ARRAY[7, NULL, 8])',
    'user_id = ANY (ARRAY[]::bigint[])', 'user_id = ANY (NULL::bigint[])', 'NOT user_id = 12',
    'user_id <> ALL (ARRAY[3, 4])', 'user_id > 190', 'user_id BETWEEN 40 AND 60',
    'user_id = ANY (SELECT generate_series(30, 60))',
    'user_id = ANY ((SELECT array_agg(g) FROM generate_series(1, 150) g)::bigint[])',
    'username = ''user000012''', 'username = ''USER000012''', 'username = ''''', 'username = NULL',
    'username = ''user0000__''', 'username IN (''user000003'', ''nobody'', ''user000004'')',
    'username LIKE ''user00001%''', 'username = '' user000012''', 'username = ''<b>user000012''',
    'email = ''user000012@example.edu''', 'email = ''USER000012@EXAMPLE.EDU''', 'email = ''%''',
    'email = ''''', 'email IS NULL', 'email LIKE ''user00001%''', 'email LIKE ''User%''',
    'email ILIKE ''USER00001%''', 'email LIKE ''%12@example.edu''', 'email LIKE ''user00001_@%''',
    'email NOT LIKE ''user%''', 'email LIKE ''''', 'email ~~ ''user\_%''',
    'lastname = ''100%''', 'lastname = ''a_b''', 'lastname = ''a%b''', 'lastname LIKE ''100\%%''',
    'lastname LIKE ''a\_%''', 'lastname LIKE ''M_ll%''', 'lastname = ''Müller''',
    'lastname = ''MÜLLER''', 'lastname ILIKE ''mü%''', 'lastname ILIKE ''ång%''',
    'lastname = ''d''''Arcy "X"''', 'lastname = ''Muster🧪''', 'lastname LIKE ''Muster🧪%''',
    'lastname = '' ''', 'firstname = ''Back\slash''', 'firstname LIKE ''Back\\%''',
    'firstname = ''Per%cent''', 'firstname LIKE ''Under\_sc%''', 'firstname LIKE ''Under\%''',
    'firstname = ''עדי''', 'firstname LIKE ''Олег%''', 'firstname = ''O''''Neill''',
    'firstname = ''Mary Ann'' AND lastname = ''Silva''', 'firstname = ''Ana'' OR lastname = ''Silva''',
    'idnumber = ''ID-00004''', 'idnumber = ''id-00004''', 'idnumber = ''''', 'idnumber IS NULL',
    'auth = ''nologin''', 'auth = ''Manual''', 'suspended', 'NOT confirmed',
    'user_id = 12 AND email = ''user000012@example.edu''', 'user_id = 12 AND user_id = 13',
    'user_id = 12 AND username = ''user000013''', 'instance = ''sim''', 'instance = ''other''',
    'instance = ''sim'' AND user_id IN (5, 6)', 'department = ''Law & Order''',
    'email = repeat(''x'', 1000)', 'lower(email) = ''user000003@example.edu''',
    'customfields @> ''[{"shortname": "gdpr"}]'' AND user_id < 9']) condition;
INSERT INTO conditions SELECT 'enrolments', condition FROM unnest(ARRAY[
    'course_id = 5', 'course_id = 1', 'course_id = 0', 'course_id = 9999', 'course_id = NULL',
    'course_id IN (2, 3, 9999, 1, 9)', 'course_id = 5 AND user_id = 30', 'user_id = 30',
    'role_shortname = ''student''', 'role_id IS NULL', 'course_id = 5 AND role_id IS NULL',
    'course_id = ANY (ARRAY[4, 5, 5, NULL])', 'course_id = 5 AND username LIKE ''user%''',
    'course_id < 4', 'course_id = 5 OR course_id = 6']) condition;
INSERT INTO conditions SELECT 'courses', condition FROM unnest(ARRAY[
    'course_id = 5', 'course_id = 1', 'course_id = 77777', 'course_id IN (2, 4, 6)',
    'shortname = ''C00004''', 'shortname = ''c00004''', 'idnumber = ''IDC-0005''', 'idnumber = ''''',
    'idnumber = ''idc-0005''', 'categoryid = 3', 'categoryid = 99', 'fullname LIKE ''%drop table%''',
    'fullname = ''R&amp;D 5''', 'visible', 'NOT visible', 'idnumber IN (''IDC-0005'', ''IDC-0003'')',
    'course_id = -1', 'categoryid IN (1, 2)']) condition;
INSERT INTO conditions SELECT 'completions', condition FROM unnest(ARRAY[
    'course_id = 6', 'course_id = 6 AND user_id = 20', 'course_id = 6 AND user_id = 2',
    'user_id = 20', 'reason IS NOT NULL', 'completed', 'course_id IN (2, 3) AND NOT completed',
    'course_id = 9999', 'course_id = 6 AND user_id = 99999']) condition;
INSERT INTO conditions SELECT 'grades', condition FROM unnest(ARRAY[
    'course_id = 6', 'course_id = 9', 'course_id = 1', 'course_id = 6 AND user_id = 20', 'user_id = 20',
    'item_id = 6001', 'grade > 90', 'grade IS NULL AND course_id IN (6, 7)']) condition;

CREATE FUNCTION same_rows(entity text, condition text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN results_eq(
        format('SELECT t::text FROM sim.%I t WHERE %s ORDER BY 1', entity, condition),
        format('SELECT t::text FROM %I t WHERE %s ORDER BY 1', entity, condition),
        entity || ': ' || left(condition, 80));
END $$;

SELECT plan((SELECT count(*) + 14 FROM conditions)::int);
SELECT same_rows(entity, condition) FROM conditions;

-- And it does help: what was asked, by the site's own count.
CREATE FUNCTION requests_of(query text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reset_stats();
    EXECUTE query;
    RETURN stat('requests');
END $$;
SELECT is(requests_of('SELECT * FROM sim.users WHERE user_id = 12'), 1::bigint, 'an id: one call');
SELECT is(calls_of('core_user_get_users'), 1::bigint, 'that never shows the deleted');
SELECT is(requests_of('SELECT * FROM sim.users WHERE user_id IN (3, 4, 5)'), 3::bigint, 'three ids');
SELECT is(requests_of('SELECT * FROM sim.users WHERE user_id = ANY ((SELECT array_agg(g) FROM generate_series(1, 150) g)::bigint[])'),
          1::bigint + (SELECT count(*) FROM users WHERE user_id <= 150 AND email IS NULL),
          '150 ids: one call, and one for each whose state is in doubt');
SELECT is(requests_of('SELECT * FROM sim.users WHERE user_id = -3'), 0::bigint, 'an impossible id: none');
SELECT is(requests_of('SELECT * FROM sim.users WHERE user_id = NULL::bigint'), 0::bigint, 'NULL: none');
SELECT is(requests_of('SELECT * FROM sim.users WHERE instance = ''other'''), 0::bigint,
          'another instance: none');
SELECT is(requests_of('SELECT * FROM sim.enrolments WHERE course_id IN (2, 3, 4)'), 3::bigint,
          'three courses: three calls');
SELECT is(requests_of('SELECT * FROM sim.enrolments WHERE course_id = 1'), 0::bigint,
          'the front page: none');
SELECT is(requests_of('SELECT * FROM sim.courses WHERE course_id IN (2, 4, 6)'), 1::bigint,
          'three courses by one call');
SELECT is(requests_of('SELECT * FROM sim.grades WHERE course_id = 6'), 1::bigint, 'one grade report');
SELECT is(requests_of('SELECT username FROM sim.enrolments WHERE course_id = 5'), 1::bigint,
          'one course');
SELECT ok(sim_ask('/__sim/requests')::jsonb -> -1 -> 'arguments' @>
          '[["options[0][value]", "id,roles,username"]]', 'with only the fields that are read');
SELECT is((SELECT count(*) FROM jsonb_array_elements(sim_ask('/__sim/requests')::jsonb) r
           WHERE r::text LIKE '%enrolledcourses%'), 0::bigint, 'enrolledcourses is never asked for');
SELECT finish();
