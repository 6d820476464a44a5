-- Every entity is whole: what the tables hold is what the site serves.
\ir lib/setup.sql
SELECT plan(26);

SELECT is((SELECT count(*) FROM sim.users), 198::bigint, 'users: 200 less 2 deleted');
SELECT is((SELECT array_agg(user_id ORDER BY user_id) FROM sim.users),
          (SELECT array_agg((u ->> 'id')::bigint ORDER BY (u ->> 'id')::bigint)
           FROM jsonb_array_elements(moodle_fdw.call('sim', 'core_user_get_users',
               '{"criteria": [{"key": "fullname", "value": "x"}]}') -> 'users') u),
          'users: the same people as the service gives');
SELECT ok((SELECT count(*) FROM sim.users WHERE email = '') > 0,
          'users: those without an email are there');
SELECT ok((SELECT count(*) FROM sim.users WHERE lastname = '') > 0,
          'users: those without a last name are there');
SELECT is((SELECT count(*) FROM sim.courses), 21::bigint, 'courses: 20 and the front page');
SELECT is((SELECT count(*) FROM sim.categories), 7::bigint, 'categories');
SELECT is((SELECT count(*) FROM sim.roles), 3::bigint, 'roles: those that are used, once each');
SELECT is((SELECT count(*) FROM sim.site_info), 1::bigint, 'site_info');

CREATE TEMP TABLE served AS
    SELECT course_id, moodle_fdw.call('sim', 'core_enrol_get_enrolled_users',
                                      jsonb_build_object('courseid', course_id)) AS people
    FROM sim.courses WHERE course_id > 1;
SELECT is((SELECT count(DISTINCT (course_id, user_id)) FROM sim.enrolments),
          (SELECT sum(jsonb_array_length(people)) FROM served)::bigint,
          'enrolments: everyone whom each course lists');
SELECT set_eq('SELECT course_id, user_id, role_id FROM sim.enrolments',
              $$SELECT course_id, (person ->> 'id')::bigint AS u, (role ->> 'roleid')::bigint AS r
                FROM served, jsonb_array_elements(people) person
                LEFT JOIN LATERAL jsonb_array_elements(person -> 'roles') role ON true$$,
              'enrolments: with their roles, and those without');
SELECT is((SELECT count(*) FROM (SELECT 1 FROM sim.enrolments
                                 GROUP BY course_id, user_id, role_id HAVING count(*) > 1) twice),
          0::bigint, 'enrolments: a role by two ways counts once');
SELECT ok((SELECT count(*) FROM sim.enrolments WHERE role_id IS NULL) > 0,
          'enrolments: without a role');
SELECT ok(EXISTS (SELECT FROM sim.courses WHERE course_id = 4 AND fullname = '"; drop table users; --'),
          'a course named as an attack is data');

CREATE TEMP TABLE reports AS
    SELECT course_id, moodle_fdw.call('sim', 'gradereport_user_get_grade_items',
               jsonb_build_object('courseid', course_id, 'userid', 0)) -> 'usergrades' AS users
    FROM sim.courses WHERE course_id > 1;
SELECT set_eq('SELECT course_id, user_id, item_id, raw FROM sim.grades',
              $$SELECT course_id, (u ->> 'userid')::bigint AS u, (item ->> 'id')::bigint AS i, item
                FROM reports, jsonb_array_elements(users) u, jsonb_array_elements(u -> 'gradeitems') item$$,
              'grades: every item of everyone, raw as served');
SELECT is((SELECT sum(grade) FROM sim.grades),
          (SELECT sum((item ->> 'graderaw')::numeric)
           FROM reports, jsonb_array_elements(users) u, jsonb_array_elements(u -> 'gradeitems') item),
          'grades: exact sums');
SELECT is((SELECT count(*) FROM sim.grade_items),
          (SELECT count(DISTINCT (course_id, item ->> 'id'))
           FROM reports, jsonb_array_elements(users) u, jsonb_array_elements(u -> 'gradeitems') item),
          'grade_items: each once a course');
SELECT is((SELECT count(*) FROM sim.completions),
          (SELECT count(DISTINCT (course_id, user_id)) FROM sim.enrolments),
          'completions: one row for each participant');
SELECT ok((SELECT count(DISTINCT reason) FROM sim.completions) = 3,
          'completions: three expected errors are reasons');
SELECT is((SELECT count(*) FROM sim.completions WHERE (completed IS NULL) <> (reason IS NOT NULL)),
          0::bigint, 'completions: a reason or a status, never both or none');
SELECT is((SELECT count(*) FROM sim.enrolment_methods),
          (SELECT sum(jsonb_array_length(moodle_fdw.call('sim', 'core_enrol_get_course_enrolment_methods',
                          jsonb_build_object('courseid', course_id))))
           FROM sim.courses WHERE course_id > 1)::bigint, 'enrolment_methods');
SELECT ok((SELECT count(*) FROM sim.grades_table) > 0, 'grades_table');

-- Values, not only counts.
SELECT set_eq('SELECT user_id, raw FROM sim.users',
              $$SELECT (u ->> 'id')::bigint AS id, u FROM jsonb_array_elements(
                    moodle_fdw.call('sim', 'core_user_get_users',
                        '{"criteria": [{"key": "fullname", "value": "x"}]}') -> 'users') u$$,
              'users: raw is the record as served');
SELECT set_eq('SELECT user_id, username, firstname, email, suspended, firstaccess FROM sim.users',
              $$SELECT user_id, raw ->> 'username' AS a, raw ->> 'firstname' AS b, raw ->> 'email' AS c,
                       (raw ->> 'suspended')::boolean AS d,
                       to_timestamp(nullif((raw ->> 'firstaccess')::float8, 0)) FROM sim.users$$,
              'users: typed columns say what raw says');
CREATE FOREIGN TABLE hashed (user_id bigint OPTIONS (path 'id'), raw jsonb OPTIONS (path ''),
                             digest bytea OPTIONS (path '', type 'md5'))
    SERVER sim OPTIONS (entity 'users');
SELECT is((SELECT count(DISTINCT digest) FROM hashed), 198::bigint, 'each record has its own md5');
SELECT is((SELECT count(*) FROM hashed WHERE length(digest) = 16), 198::bigint, 'of 16 bytes');
SELECT is((SELECT count(*) FROM moodle_fdw.users), 198::bigint, 'the union table has them too');
SELECT finish();
