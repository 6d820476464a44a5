-- Functions of Moodle's catalogue as tables, over what a real Moodle answered.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
\set SHOW_CONTEXT never
SET timezone = 'UTC';
\getenv replay MOODLE_REPLAY_URL
CREATE SERVER m FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url :'replay', retries '0');
CREATE USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (token 'replay');
CREATE SCHEMA f;
CREATE SCHEMA t;
SET client_min_messages = notice;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (
    core_group_get_course_groups, core_cohort_get_cohort_members, mod_assign_get_assignments,
    mod_assign_get_submissions, core_course_get_contents, mod_forum_get_forum_discussions,
    mod_quiz_get_quizzes_by_courses, core_user_search_identity, core_course_get_course_module,
    core_reportbuilder_list_reports, core_grades_get_gradeitems, mod_quiz_get_user_best_grade,
    core_course_get_updates_since, core_course_search_courses, core_course_get_module,
    core_completion_get_activities_completion_status, core_tag_get_tags, core_user_get_users,
    core_enrol_get_enrolled_users_with_capability, core_completion_get_course_completion_status)
FROM SERVER m INTO f;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (mod_assign_get_assignments, core_course_get_contents__modules)
FROM SERVER m INTO t OPTIONS (nested 'tables');
SET client_min_messages = warning;
SELECT relname FROM pg_class WHERE relnamespace = 't'::regnamespace ORDER BY 1;

-- A list; arguments of the names of values.
SELECT instance, arg_courseid, id, courseid, name, participation FROM f.core_group_get_course_groups WHERE arg_courseid = 14 ORDER BY id;
SELECT count(*) FROM f.core_group_get_course_groups WHERE arg_courseid = 22;
-- A list as argument is one call, and a list within a row an array.
SELECT cohortids, cohortid, cardinality(userids), userids[1] FROM f.core_cohort_get_cohort_members WHERE cohortids = '{1,2,3}' ORDER BY cohortid;
SELECT count(*) FROM f.core_cohort_get_cohort_members WHERE cohortids = '{999}';
-- A list in an object; moments; nested lists as jsonb. What the site warns of is passed on.
SELECT id, shortname, timemodified > '2020-01-01' AS a_moment, jsonb_array_length(assignments) AS assignments
FROM f.mod_assign_get_assignments WHERE courseids = '{14}' AND includenotenrolledcourses;
SELECT id FROM f.mod_assign_get_assignments WHERE courseids = '{14}';
SELECT id, shortname FROM f.mod_assign_get_assignments WHERE courseids = '{14,999999}' AND includenotenrolledcourses = true;
SELECT assignmentid, jsonb_array_length(submissions) AS submissions FROM f.mod_assign_get_submissions WHERE assignmentids = '{49}';
-- The same by tables of their own.
SELECT courses_id, id, cmid, name, duedate FROM t.mod_assign_get_assignments__assignments
WHERE courseids = '{14}' AND includenotenrolledcourses ORDER BY id;
SELECT courses_id, assignments_id, count(*), min(plugin) FROM t.mod_assign_get_assignments__assignments_configs
WHERE courseids = '{14}' AND includenotenrolledcourses GROUP BY 1, 2 ORDER BY 2;
SELECT * FROM t.mod_assign_get_assignments__warnings WHERE courseids = '{14}';
SELECT record_id, count(*), min(id), string_agg(DISTINCT modname, ', ' ORDER BY modname) FROM t.core_course_get_contents__modules
WHERE courseid = 14 GROUP BY 1 ORDER BY 1;
-- Lists of objects as arguments are jsonb.
SELECT id, name, jsonb_array_length(modules) AS modules FROM f.core_course_get_contents
WHERE courseid = 14 AND options = '[{"name": "modname", "value": "assign"}]' ORDER BY section;
SELECT tags, id, name, isstandard FROM f.core_tag_get_tags WHERE tags = '[{"id": 1}]';
SELECT id, username FROM f.core_user_get_users WHERE criteria = '[{"key": "id", "value": "114"}]';
SELECT courseid, capability, jsonb_array_length(users) > 1 AS many FROM f.core_enrol_get_enrolled_users_with_capability
WHERE coursecapabilities = '[{"courseid": 14, "capabilities": ["moodle/grade:viewall"]}]';
-- Pages.
SELECT id, name, timemodified, userfullname FROM f.mod_forum_get_forum_discussions WHERE forumid = 29 ORDER BY id LIMIT 3;
SELECT id, name FROM f.mod_forum_get_forum_discussions
WHERE forumid = 29 AND sortorder = -1 AND page = 1 AND perpage = 3 ORDER BY id;
SELECT id, shortname FROM f.core_course_search_courses
WHERE criterianame = 'search' AND criteriavalue = 'course' AND page = 0 AND perpage = 3 ORDER BY id;
-- One object, one value, keys of their own case.
SELECT id, course, name, modname, value_instance, added FROM f.core_course_get_course_module WHERE cmid = 313;
SELECT hasgrade, grade, gradetopass, raw FROM f.mod_quiz_get_user_best_grade WHERE quizid = 1 AND userid = 145;
SELECT id, left(value, 3) FROM f.core_course_get_module WHERE id = 313;
SELECT id, itemname, category FROM f.core_grades_get_gradeitems WHERE courseid = 14 ORDER BY id::int;
SELECT id, name, timecreated > '2020-01-01' AS a_moment FROM f.core_reportbuilder_list_reports ORDER BY id;
SELECT id, fullname, extrafields FROM f.core_user_search_identity WHERE query = 'user01' ORDER BY id LIMIT 2;
SELECT id, name, timeopen, timelimit, grade FROM f.mod_quiz_get_quizzes_by_courses WHERE courseids = '{14}';
SELECT cmid, modname, state, timecompleted, isautomatic FROM f.core_completion_get_activities_completion_status
WHERE courseid = 14 AND userid = 114 ORDER BY cmid LIMIT 3;
SELECT completed, aggregation, jsonb_array_length(completions) FROM f.core_completion_get_course_completion_status
WHERE courseid = 14 AND userid = 114;
-- Moments as arguments.
SELECT since, contextlevel, count(*) FROM f.core_course_get_updates_since WHERE courseid = 14 AND since = to_timestamp(0) GROUP BY 1, 2;
-- Arguments from a join, each person's in a call of its own.
SELECT p.id, c.completed FROM (VALUES (113), (114)) p (id)
JOIN f.core_completion_get_course_completion_status c ON c.userid = p.id WHERE c.courseid = 14 ORDER BY 1;

-- What is missing.
SELECT * FROM f.core_group_get_course_groups;
SELECT * FROM f.core_user_get_users;
SELECT * FROM f.core_completion_get_course_completion_status WHERE courseid = 14;
EXPLAIN (COSTS OFF) SELECT * FROM f.core_completion_get_course_completion_status WHERE courseid = 14;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM f.core_group_get_course_groups WHERE arg_courseid = 14;
ANALYZE f.core_group_get_course_groups;

-- What cannot be imported.
IMPORT FOREIGN SCHEMA moodle LIMIT TO (mod_assign_get_asignments) FROM SERVER m INTO f;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (mod_assign_save_grade) FROM SERVER m INTO f;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (local_reports_get_rows) FROM SERVER m INTO f;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (users) FROM SERVER m INTO f OPTIONS (functions 'some');
IMPORT FOREIGN SCHEMA moodle LIMIT TO (users) FROM SERVER m INTO f OPTIONS (nested 'rows');
DROP SERVER m CASCADE;
