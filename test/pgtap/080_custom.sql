-- Tables that users write themselves: arguments from conditions, one call for each course or person.
\ir lib/setup.sql
SELECT plan(20);
CREATE FUNCTION requests_of(query text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reset_stats();
    EXECUTE query;
    RETURN stat('requests');
END $$;

CREATE FOREIGN TABLE items (
    instance text,
    course bigint OPTIONS (path '=courseid', param 'courseid'),
    person bigint OPTIONS (path '../userid'),
    "the person's name" text OPTIONS (path '../userfullname'),
    item bigint OPTIONS (path 'id'),
    name varchar(2) OPTIONS (path 'itemname'),
    points numeric(10, 2) OPTIONS (path 'graderaw'),
    graded timestamptz OPTIONS (path 'gradedategraded', type 'epoch'),
    raw jsonb OPTIONS (path ''))
    SERVER sim OPTIONS (wsfunction 'gradereport_user_get_grade_items', rows '/usergrades/*/gradeitems/*',
                        params '{"userid": 0}', fan_out 'courses');
SELECT bag_eq('SELECT instance, course, person, item, raw FROM items',
              'SELECT instance, course_id, user_id, item_id, raw FROM sim.grades',
              'by hand the same rows as the entity');
SELECT bag_eq('SELECT points FROM items', 'SELECT grade::numeric(10, 2) FROM sim.grades', 'in the column''s type modifier');
SELECT is((failure_of('SELECT name FROM items')).state, '22001', 'nothing is cut off in silence');
ALTER FOREIGN TABLE items DROP COLUMN name;
SELECT is((SELECT count(*) FROM items WHERE graded IS DISTINCT FROM
               to_timestamp(nullif((raw ->> 'gradedategraded')::float8, 0))), 0::bigint, 'type epoch');
SELECT is(requests_of('SELECT * FROM items WHERE course = 6'), 1::bigint, 'a condition is an argument');
SELECT is(requests_of('SELECT * FROM items WHERE course IN (6, 7, 8)'), 3::bigint, 'three values are three calls');
SELECT is(requests_of('SELECT * FROM items WHERE course = NULL::bigint'), 0::bigint, 'NULL is none');
SELECT is((SELECT count(*) FROM items WHERE course IN (6, 7)),
          (SELECT count(*) FROM sim.grades WHERE course_id IN (6, 7)), 'with the rows of those');
SELECT bag_eq('SELECT c.course_id, item FROM sim.courses c JOIN items ON course = c.course_id WHERE c.course_id IN (4, 5)',
              'SELECT course_id, item_id FROM sim.grades WHERE course_id IN (4, 5)', 'a join');

-- Without a fan-out the condition has to give the argument.
CREATE FOREIGN TABLE groups (course bigint OPTIONS (path '=courseid', param 'courseid'), id bigint, name text)
    SERVER sim OPTIONS (wsfunction 'core_group_get_course_groups', rows '/*');
SELECT is((SELECT count(*) FROM groups WHERE course = 6),
          jsonb_array_length(moodle_fdw.call('sim', 'core_group_get_course_groups', '{"courseid": 6}'))::bigint,
          'a condition gives the required argument');
SELECT is((failure_of('SELECT * FROM groups')).state, '22023', 'without it Moodle refuses, and that is said');

-- One call for each person, and for each person in each course.
CREATE FOREIGN TABLE courses_of (person bigint OPTIONS (path '=userid', param 'userid'), id bigint, shortname text)
    SERVER sim OPTIONS (wsfunction 'core_enrol_get_users_courses', rows '/*', fan_out 'users');
SELECT bag_eq('SELECT person, id FROM courses_of WHERE person IN (12, 13, 14)',
              $$SELECT person, (course ->> 'id')::bigint FROM unnest(ARRAY[12, 13, 14]::bigint[]) person,
                    jsonb_array_elements(moodle_fdw.call('sim', 'core_enrol_get_users_courses',
                        jsonb_build_object('userid', person))) course$$, 'fan_out users, some of them');
SELECT ok(requests_of('SELECT * FROM courses_of WHERE person = 12') <= 2, 'asks for those');
CREATE FOREIGN TABLE done (course bigint OPTIONS (path '=courseid', param 'courseid'),
                           person bigint OPTIONS (path '=userid', param 'userid'),
                           completed boolean)
    SERVER sim OPTIONS (wsfunction 'core_completion_get_course_completion_status',
                        rows '/completionstatus', fan_out 'enrolments', on_unit_error 'skip');
SELECT bag_eq('SELECT course, person, completed FROM done WHERE course = 6',
              'SELECT course_id, user_id, completed FROM sim.completions WHERE course_id = 6 AND reason IS NULL',
              'fan_out enrolments, those without a status passed over');
SELECT is((SELECT units_skipped FROM moodle_fdw.last_scan() WHERE entity = 'done'),
          (SELECT count(*) FROM sim.completions WHERE course_id = 6 AND reason IS NOT NULL), 'and counted')
FROM (SELECT count(*) FROM done WHERE course = 6) scanned;

-- The whole answer as one row, lists as jsonb, what is not there as NULL.
CREATE FOREIGN TABLE site (sitename text, userid int, functions jsonb, first text OPTIONS (path 'functions/0/name'),
                           nothing text OPTIONS (path 'no/such/key'), admin boolean OPTIONS (path 'userissiteadmin'))
    SERVER sim OPTIONS (wsfunction 'core_webservice_get_site_info', rows '');
SELECT is((SELECT count(*) FROM site WHERE nothing IS NULL AND admin AND jsonb_array_length(functions) > 5), 1::bigint,
          'rows '''' is the answer itself');
SELECT is((SELECT functions FROM site), moodle_fdw.call('sim', 'core_webservice_get_site_info') -> 'functions',
          'a list is jsonb, as call() gives it');
CREATE FOREIGN TABLE misfit (sitename int) SERVER sim OPTIONS (wsfunction 'core_webservice_get_site_info', rows '');
SELECT ok((failure_of('SELECT sitename FROM misfit')).message LIKE '%sitename%', 'a value of another type names its column');
SELECT is((SELECT count(*) FROM misfit), 1::bigint, 'and does no harm unread');
SELECT ok((failure_of('SELECT moodle_fdw.call(''sim'', ''core_group_get_course_groups'')')).state = '22023',
          'call() without what Moodle requires');
SELECT finish();
