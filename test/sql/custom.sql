-- Hand-written tables over any read function: rows, params, fan_out, and the columns' path, param
-- and type, over what a real Moodle answered.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
\set SHOW_CONTEXT never
\getenv replay MOODLE_REPLAY_URL
CREATE SERVER m FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url :'replay', retries '0');
CREATE USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (token 'replay');

-- A list, with every kind of column.
CREATE FOREIGN TABLE courses (
    instance text,
    id bigint,
    "Short name" text OPTIONS (path 'shortname'),
    visible boolean OPTIONS (type 'bool01'),
    visible_as_number int OPTIONS (path 'visible'),
    startdate timestamptz OPTIONS (type 'epoch'),
    enddate timestamptz,
    started bigint OPTIONS (path 'startdate'),
    no_such_key text,
    digest bytea OPTIONS (path '', type 'md5'),
    raw jsonb)
SERVER m OPTIONS (wsfunction 'core_course_get_courses', rows '/*');
SELECT count(*), count(DISTINCT digest) AS digests, count(no_such_key) FROM courses;
SELECT instance, id, "Short name", visible, visible_as_number, extract(epoch FROM startdate)::bigint = started AS epoch_read,
       enddate, length(digest) FROM courses WHERE id IN (1, 14, 22) ORDER BY id;
SELECT count(*) FILTER (WHERE NOT visible) AS hidden, min(id), max(id) FROM courses;
SELECT count(*) AS not_as_served FROM courses
WHERE id <> (raw ->> 'id')::bigint OR "Short name" <> raw ->> 'shortname' OR visible <> (raw ->> 'visible' = '1');
-- The whole answer is one row; a list in it is jsonb.
CREATE FOREIGN TABLE site (sitename text, functions jsonb, release text, raw jsonb)
SERVER m OPTIONS (wsfunction 'core_webservice_get_site_info');
SELECT sitename, release, jsonb_array_length(functions) > 100 AS many FROM site;
-- Rows below rows, and values of the lists around them.
CREATE FOREIGN TABLE grades (
    courseid bigint OPTIONS (param 'courseid', path '../courseid'),
    userid bigint OPTIONS (path '../userid'),
    item bigint OPTIONS (path 'id'),
    graderaw numeric,
    graderaw_text text OPTIONS (path 'graderaw'),
    graded timestamptz OPTIONS (path 'gradedategraded', type 'epoch'))
SERVER m OPTIONS (wsfunction 'gradereport_user_get_grade_items', rows '/usergrades/*/gradeitems/*', params '{"userid": 0}');
SELECT count(*), count(DISTINCT userid) AS users, count(DISTINCT item) AS items, count(graderaw), sum(graderaw)
FROM grades WHERE courseid = 14;
SELECT count(*) AS different FROM grades WHERE courseid = 14 AND graderaw::text <> graderaw_text AND graderaw <> graderaw_text::numeric;
EXPLAIN (VERBOSE, COSTS OFF) SELECT item FROM grades WHERE courseid = 14;
-- What the function needs and nothing gives is named.
EXPLAIN (VERBOSE, COSTS OFF) SELECT item FROM grades;
-- Arguments: fixed, and by columns.
CREATE FOREIGN TABLE by_ids (id bigint, shortname text) SERVER m
OPTIONS (wsfunction 'core_course_get_courses', rows '/*', params '{"options": {"ids": [14, 15, 22]}}');
EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM by_ids;
CREATE FOREIGN TABLE completion (
    courseid bigint OPTIONS (param 'courseid'), userid bigint OPTIONS (param 'userid'),
    completed boolean, aggregation int, first_title text OPTIONS (path 'completions/0/title'), completions jsonb)
SERVER m OPTIONS (wsfunction 'core_completion_get_course_completion_status', rows '/completionstatus');
SELECT courseid, userid, completed, aggregation, first_title, jsonb_array_length(completions)
FROM completion WHERE courseid = 14 AND userid = 114;
SELECT courseid, userid, completed FROM completion WHERE courseid = 14 AND userid IN (113, 114) ORDER BY userid;
SELECT userid, completed FROM completion WHERE courseid = 14 AND userid = ANY (ARRAY(VALUES (113), (114))) ORDER BY 1;
-- Without its arguments it is not called.
SELECT courseid FROM completion WHERE courseid = 14;
SELECT * FROM completion WHERE courseid = 14 AND userid = NULL;
-- One call a course, for the courses that are named.
CREATE FOREIGN TABLE people (course bigint OPTIONS (param 'courseid'), id bigint, roles jsonb, groups jsonb, lastaccess timestamptz)
SERVER m OPTIONS (wsfunction 'core_enrol_get_enrolled_users', rows '/*', fan_out 'courses');
SELECT course, count(*), count(DISTINCT id) FROM people WHERE course IN (14, 15) GROUP BY 1 ORDER BY 1;
EXPLAIN (COSTS OFF) SELECT * FROM people WHERE course = 14;
EXPLAIN (COSTS OFF) SELECT * FROM people;
-- A column of another type than the value fits says which, and raw still holds it.
CREATE FOREIGN TABLE wrong (id bigint, shortname int) SERVER m OPTIONS (wsfunction 'core_course_get_courses', rows '/*');
SELECT count(shortname) FROM wrong WHERE id = 14;
SELECT count(*) FROM wrong;
CREATE FOREIGN TABLE narrow (id smallint, startdate smallint) SERVER m OPTIONS (wsfunction 'core_course_get_courses', rows '/*');
SELECT max(startdate) FROM narrow;
-- Rows where there are none.
CREATE FOREIGN TABLE elsewhere (id bigint) SERVER m OPTIONS (wsfunction 'core_course_get_courses', rows '/courses/*');
SELECT count(*) FROM elsewhere;
CREATE FOREIGN TABLE not_a_list (id bigint) SERVER m OPTIONS (wsfunction 'core_webservice_get_site_info', rows '/*');
SELECT count(*) FROM not_a_list;
-- A dropped column leaves the others where they are; a new one is read too.
ALTER FOREIGN TABLE courses DROP COLUMN visible, ADD COLUMN category text OPTIONS (path 'categoryid');
ALTER FOREIGN TABLE courses ALTER COLUMN category OPTIONS (SET path 'categoryname');
ALTER FOREIGN TABLE courses ADD COLUMN categoryid bigint;
SELECT id, "Short name", categoryid, category FROM courses WHERE id IN (14, 15) ORDER BY id;
DROP SERVER m CASCADE;
