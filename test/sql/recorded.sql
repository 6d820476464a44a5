-- Every entity over what a real Moodle 4.5.6 answered: columns say what the served body says, and
-- raw is it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
\set SHOW_CONTEXT never
\getenv replay MOODLE_REPLAY_URL
SET timezone = 'UTC';
SET datestyle = 'ISO';
SELECT moodle_fdw.add_instance('m', :'replay', 'replay', '{"retries": "0"}') IS NULL AS added;

-- users
CREATE TABLE users AS SELECT * FROM m.users;
CREATE TABLE served AS SELECT u, ordinality FROM jsonb_array_elements(
    moodle_fdw.call('m', 'core_user_get_users', '{"criteria": [{"key": "email", "value": "%%"}]}') -> 'users') WITH ORDINALITY u (u, ordinality);
SELECT (SELECT count(*) FROM served) AS served, count(*), count(DISTINCT user_id), count(email) AS emails, count(lastaccess), count(suspended) FROM users;
SELECT count(*) AS differ FROM served FULL JOIN users ON raw = u WHERE raw IS NULL OR u IS NULL;
SELECT count(*) AS differ FROM users
WHERE instance <> 'm' OR user_id IS DISTINCT FROM (raw ->> 'id')::bigint
   OR (username, email, firstname, lastname, fullname) IS DISTINCT FROM
      (raw ->> 'username', raw ->> 'email', raw ->> 'firstname', raw ->> 'lastname', raw ->> 'fullname')
   OR (auth, idnumber, department, institution, city, country, description, lang, theme, timezone, profileimageurl) IS DISTINCT FROM
      (raw ->> 'auth', raw ->> 'idnumber', raw ->> 'department', raw ->> 'institution', raw ->> 'city', raw ->> 'country',
       raw ->> 'description', raw ->> 'lang', raw ->> 'theme', raw ->> 'timezone', raw ->> 'profileimageurl')
   OR suspended IS DISTINCT FROM (raw ->> 'suspended')::boolean OR confirmed IS DISTINCT FROM (raw ->> 'confirmed')::boolean
   OR lastaccess IS DISTINCT FROM to_timestamp(nullif((raw ->> 'lastaccess')::float8, 0))
   OR firstaccess IS DISTINCT FROM to_timestamp(nullif((raw ->> 'firstaccess')::float8, 0))
   OR customfields IS DISTINCT FROM raw -> 'customfields' OR mailformat IS DISTINCT FROM (raw ->> 'mailformat')::bigint;
SELECT user_id, username, email, auth, confirmed, suspended, lastaccess FROM m.users WHERE user_id = 114;
SELECT user_id FROM m.users WHERE user_id = 114 AND username = 'someone else';

-- courses: those that are named
SELECT course_id, shortname, fullname, categoryid, visible, startdate, enddate, format, raw IS NOT NULL AS raw FROM m.courses
WHERE course_id IN (14, 15, 22) ORDER BY course_id;
SELECT course_id, idnumber FROM m.courses WHERE idnumber = 'C-001';
SELECT count(*) AS differ FROM m.courses WHERE course_id IN (14, 15, 22)
  AND raw IS DISTINCT FROM (SELECT c FROM jsonb_array_elements(moodle_fdw.call('m', 'core_course_get_courses_by_field',
                              '{"field": "ids", "value": "14,15,22"}') -> 'courses') c WHERE (c ->> 'id')::bigint = course_id);

-- categories
SELECT category_id, name, idnumber, parent, depth, path, coursecount, visible FROM m.categories ORDER BY category_id;
SELECT count(*) AS differ FROM m.categories c FULL JOIN jsonb_array_elements(moodle_fdw.call('m', 'core_course_get_categories')) s
    ON raw = s WHERE raw IS NULL OR s IS NULL;

-- enrolments
CREATE TABLE people AS SELECT course_id, moodle_fdw.call('m', 'core_enrol_get_enrolled_users', jsonb_build_object('courseid', course_id)) AS list
FROM unnest(ARRAY[14, 15, 18, 24, 28]) course_id;
SELECT course_id, count(*) AS rows, count(DISTINCT user_id) AS people, jsonb_array_length(list) AS served, count(role_id) AS with_role,
       count(email) AS emails, count(lastcourseaccess) AS seen
FROM m.enrolments JOIN people USING (course_id) WHERE course_id IN (14, 15, 18, 24, 28) GROUP BY course_id, list ORDER BY 1;
SELECT count(*) AS differ FROM
    (SELECT course_id, user_id, role_id, username, email FROM m.enrolments WHERE course_id IN (14, 15, 18, 24, 28)) e
FULL JOIN (SELECT DISTINCT course_id, (p ->> 'id')::bigint AS user_id, (r ->> 'roleid')::bigint AS role_id, p ->> 'username' AS username, p ->> 'email' AS email
           FROM people CROSS JOIN LATERAL jsonb_array_elements(list) p LEFT JOIN LATERAL jsonb_array_elements(p -> 'roles') r ON true) s
ON e.course_id = s.course_id AND e.user_id = s.user_id AND e.role_id IS NOT DISTINCT FROM s.role_id
   AND e.username IS NOT DISTINCT FROM s.username AND e.email IS NOT DISTINCT FROM s.email
WHERE e.user_id IS NULL OR s.user_id IS NULL;
SELECT DISTINCT role_id, role_shortname FROM m.enrolments WHERE course_id IN (14, 15, 28) ORDER BY 1;
SELECT course_id, user_id FROM m.enrolments WHERE course_id IN (14, 15) GROUP BY course_id, user_id, role_id HAVING count(*) > 1;

-- enrolment_methods
SELECT * FROM m.enrolment_methods WHERE course_id IN (14, 15, 16, 17, 18, 20, 22, 24, 28) ORDER BY course_id, method_id;

-- grades and grade_items
SELECT course_id, user_id, item_id, grade, gradeformatted, grademin, grademax, percentageformatted, weightraw, status, itemtype, itemname,
       gradedategraded IS NOT NULL AS graded
FROM m.grades WHERE course_id = 14 AND user_id = 114 ORDER BY item_id;
SELECT item_id, itemname, itemtype, itemmodule, iteminstance, grademin, grademax, categoryid FROM m.grade_items WHERE course_id = 14 ORDER BY item_id;
SELECT count(*) AS differ FROM
    (SELECT user_id, item_id, grade, raw FROM m.grades WHERE course_id = 14) g
FULL JOIN (SELECT (u ->> 'userid')::bigint AS user_id, i FROM jsonb_array_elements(moodle_fdw.call('m', 'gradereport_user_get_grade_items',
               '{"courseid": 14, "userid": 0}') -> 'usergrades') u, jsonb_array_elements(u -> 'gradeitems') i) s
ON g.user_id = s.user_id AND raw = i AND grade IS NOT DISTINCT FROM (i ->> 'graderaw')::numeric
WHERE raw IS NULL OR i IS NULL;
SELECT count(*), count(grade), sum(grade), count(DISTINCT user_id) AS users FROM m.grades WHERE course_id = 14;

-- completions: a status, and what is expected to be refused, as reasons
SELECT course_id, user_id, completed, aggregation, jsonb_array_length(completions) AS criteria, reason
FROM m.completions WHERE course_id = 14 AND user_id IN (113, 114) ORDER BY user_id;
SELECT raw = moodle_fdw.call('m', 'core_completion_get_course_completion_status', '{"courseid": 14, "userid": 114}') -> 'completionstatus' AS as_served
FROM m.completions WHERE course_id = 14 AND user_id = 114;

-- site_info
SELECT sitename, release, version, username, userissiteadmin, siteid, jsonb_array_length(functions) AS functions FROM m.site_info;
SELECT raw = moodle_fdw.call('m', 'core_webservice_get_site_info') AS as_served FROM m.site_info;

-- md5 of a record: of its bytes as they came, the same for the same record and other for another.
CREATE FOREIGN TABLE m.hashed (user_id bigint OPTIONS (path 'id'), digest bytea OPTIONS (path '', type 'md5'), name_digest bytea OPTIONS (path 'username', type 'md5'), username text)
SERVER m OPTIONS (entity 'users');
SELECT count(*), count(DISTINCT digest), min(length(digest)), max(length(digest)) FROM m.hashed;
SELECT count(*) AS differ FROM m.hashed a JOIN m.hashed b USING (user_id) WHERE a.digest <> b.digest;
SELECT username, encode(digest, 'hex') FROM m.hashed WHERE user_id = 114;
-- Nothing is hidden in what was scanned last.
SELECT instance, entity, units, units_skipped, requests, retries, bytes, rows, skipped FROM moodle_fdw.last_scan();
SELECT moodle_fdw.remove_instance('m') IS NULL AS removed;
DROP TABLE users, served, people;
