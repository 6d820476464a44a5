-- The further entities over what a real Moodle 4.5.6 answered: rows are those of the served body, and
-- raw is each of them. Without recordings are group_members and tag_cloud; paging is in
-- test/pgtap/140_further_entities.sql.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
\set SHOW_CONTEXT never
\getenv replay MOODLE_REPLAY_URL
SET timezone = 'UTC';
SET datestyle = 'ISO';
SELECT moodle_fdw.add_instance('m', :'replay', 'replay', '{"retries": "0"}') IS NULL AS added;
-- How many records differ between a table and the body that it is made of.
CREATE FUNCTION pg_temp.differ(rows text, function text, arguments jsonb, path jsonpath) RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    count bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s) t (raw) FULL JOIN
        jsonb_path_query(moodle_fdw.call(''m'', %L, %L), %L) s ON raw = s WHERE raw IS NULL OR s IS NULL',
        rows, function, arguments, path) INTO count;
    RETURN count;
END $$;

-- modules: with and without the lists of files, which are asked for only when read
SELECT module_id, section_id, section, section_name, modname, instance_id, name, completion, contents IS NULL AS no_contents FROM m.modules WHERE course_id = 14 ORDER BY 1;
SELECT module_id, modname, visible, completion, jsonb_array_length(dates) AS dates FROM m.modules WHERE course_id = 14 ORDER BY 1;
SELECT module_id FROM m.modules WHERE course_id = 14 AND modname = 'assign' AND raw IS NOT NULL ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.modules WHERE course_id = 14', 'core_course_get_contents', '{"courseid": 14}', '$[*].modules[*]') AS differ;
SELECT count(raw) FROM m.modules WHERE course_id IN (1, 999999);

-- groups
SELECT group_id, course_id, name, idnumber, enrolmentkey, visibility, participation FROM m.groups WHERE course_id IN (14, 22) ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.groups WHERE course_id = 14', 'core_group_get_course_groups', '{"courseid": 14}', '$[*]') AS differ;

-- cohorts, cohort_members: one call for all cohorts that were listed
SELECT cohort_id, name, idnumber, visible, theme, customfields FROM m.cohorts ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.cohorts', 'core_cohort_get_cohorts', '{}', '$[*]') AS differ;
SELECT cohort_id, count(*), count(DISTINCT user_id), min(user_id), max(user_id) FROM m.cohort_members GROUP BY 1 ORDER BY 1;
SELECT units, requests FROM moodle_fdw.last_scan();
SELECT count(*) AS differ FROM (SELECT cohort_id, user_id FROM m.cohort_members) t
FULL JOIN (SELECT (c ->> 'cohortid')::bigint AS cohort_id, u::bigint AS user_id FROM jsonb_array_elements(moodle_fdw.call('m', 'core_cohort_get_cohort_members',
    '{"cohortids": [1, 2, 3]}')) c, jsonb_array_elements_text(c -> 'userids') u) s USING (cohort_id, user_id) WHERE t.cohort_id IS NULL OR s.cohort_id IS NULL;
SELECT count(*) FROM m.cohort_members WHERE cohort_id = 999;

-- user_courses: the count of participants is asked for only when read
SELECT user_id, course_id, shortname, progress, completed, lastaccess, completionhascriteria, startdate, enddate FROM m.user_courses WHERE user_id = 114 ORDER BY 2;
SELECT course_id, enrolledusercount, visible FROM m.user_courses WHERE user_id = 114 ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.user_courses WHERE user_id = 114', 'core_enrol_get_users_courses', '{"userid": 114}', '$[*]') AS differ;

-- activity_completions
SELECT user_id, module_id, modname, instance_id, state, timecompleted, tracking, overrideby, isautomatic, isoverallcomplete, reason
FROM m.activity_completions WHERE course_id = 14 AND user_id IN (114, 300) ORDER BY 1, 2;
SELECT pg_temp.differ('SELECT raw FROM m.activity_completions WHERE course_id = 14 AND user_id = 114',
                      'core_completion_get_activities_completion_status', '{"courseid": 14, "userid": 114}', '$.statuses[*]') AS differ;

-- assignments, submissions, assignment_grades
SELECT assignment_id, course_id, module_id, name, duedate, cutoffdate, grade, submissiondrafts, maxattempts, timemodified FROM m.assignments WHERE course_id = 14 ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.assignments WHERE course_id = 14', 'mod_assign_get_assignments',
                      '{"courseids": [14], "includenotenrolledcourses": 1}', '$.courses[*].assignments[*]') AS differ;
-- Of those that the query names, what does not exist is nothing.
SELECT assignment_id FROM m.assignments WHERE course_id IN (14, 999999) ORDER BY 1;
SELECT status, gradingstatus, count(*), min(timemodified), max(timemodified), count(DISTINCT user_id) FROM m.submissions WHERE assignment_id = 49 GROUP BY 1, 2 ORDER BY 1, 2;
SELECT pg_temp.differ('SELECT raw FROM m.submissions WHERE assignment_id = 49', 'mod_assign_get_submissions', '{"assignmentids": [49]}',
                      '$.assignments[*].submissions[*]') AS differ;
SELECT assign_grade_id, assignment_id, user_id, grade, grader, timemodified FROM m.assignment_grades WHERE assignment_id = 49 ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.assignment_grades WHERE assignment_id = 49', 'mod_assign_get_grades', '{"assignmentids": [49]}', '$.assignments[*].grades[*]') AS differ;
EXPLAIN (COSTS OFF, VERBOSE) SELECT user_id FROM m.submissions
WHERE assignment_id = 49 AND timemodified >= '2026-11-20 00:00:00.5+00' AND timemodified < '2026-11-21+00' AND status = 'submitted';
EXPLAIN (COSTS OFF, VERBOSE) SELECT user_id FROM m.assignment_grades WHERE assignment_id IN (49, 50) AND date '2026-11-20' < timemodified;

-- quizzes, quiz_attempts
SELECT quiz_id, course_id, module_id, name, timeopen, timelimit, attempts, grademethod, grade, sumgrades, hasquestions FROM m.quizzes WHERE course_id = 14;
SELECT pg_temp.differ('SELECT raw FROM m.quizzes WHERE course_id = 14', 'mod_quiz_get_quizzes_by_courses', '{"courseids": [14]}', '$.quizzes[*]') AS differ;
SELECT course_id, quiz_id, user_id, attempt_id, attempt, state, timestart, timefinish, sumgrades, gradeitemmarks
FROM m.quiz_attempts WHERE course_id = 14 AND quiz_id = 1 AND user_id = 145;
SELECT requests FROM moodle_fdw.last_scan();
SELECT pg_temp.differ('SELECT raw FROM m.quiz_attempts WHERE course_id = 14 AND quiz_id = 1 AND user_id = 145', 'mod_quiz_get_user_attempts',
                      '{"quizid": 1, "userid": 145, "status": "all"}', '$.attempts[*]') AS differ;

-- forums, discussions, posts
SELECT forum_id, course_id, module_id, type, name, numdiscussions, maxattachments, timemodified FROM m.forums WHERE course_id = 14 ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.forums WHERE course_id = 14', 'mod_forum_get_forums_by_courses', '{"courseids": [14]}', '$[*]') AS differ;
SELECT discussion_id, forum_id, post_id, group_id, user_id, name, created, timemodified, numreplies, pinned, attachment FROM m.discussions WHERE forum_id = 29 ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.discussions WHERE forum_id = 29', 'mod_forum_get_forum_discussions', '{"forumid": 29}', '$.discussions[*]') AS differ;
SELECT post_id, discussion_id, parent_id, user_id, userfullname, subject, timecreated, unread, wordcount FROM m.posts WHERE discussion_id = 51 ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.posts WHERE discussion_id = 51', 'mod_forum_get_discussion_posts', '{"discussionid": 51}', '$.posts[*]') AS differ;
SELECT d.name, count(*) FROM m.forums f JOIN m.discussions d USING (forum_id) JOIN m.posts p USING (discussion_id)
WHERE f.course_id = 14 AND f.type = 'general' AND d.discussion_id = 51 AND p.discussion_id = 51 GROUP BY 1;

-- calendar_events
SELECT event_id, course_id, name, eventtype, modulename, instance_id, timestart, timeduration, visible FROM m.calendar_events WHERE course_id = 14 ORDER BY 1;
SELECT pg_temp.differ('SELECT raw FROM m.calendar_events WHERE course_id = 14', 'core_calendar_get_calendar_events',
                      '{"events": {"courseids": [14]}, "options": {"userevents": 0, "siteevents": 1, "timestart": 0, "timeend": 0}}', '$.events[*]') AS differ;
EXPLAIN (COSTS OFF, VERBOSE) SELECT name FROM m.calendar_events WHERE course_id = 14 AND timestart BETWEEN '2026-11-01+00' AND '2026-12-01+00';

-- badges, notes: none there
SELECT count(*) FROM m.badges WHERE user_id = 114;
SELECT count(*) FROM m.notes WHERE course_id = 14;

-- tags: a condition must name them
SELECT tag_id, tagcollid, name, rawname, isstandard, official, flag FROM m.tags WHERE tag_id IN (1);
SELECT tag_id FROM m.tags;
SELECT tag_id FROM m.tags WHERE tag_id = 1 OR name = 'sql';

-- course_updates: since is an argument that a condition may give
SELECT course_id, since, contextlevel, module_id, name, timeupdated, itemids FROM m.course_updates WHERE course_id = 14 ORDER BY module_id, name;
SELECT pg_temp.differ('SELECT raw FROM m.course_updates WHERE course_id = 14', 'core_course_get_updates_since', '{"courseid": 14, "since": 0}', '$.instances[*].updates[*]') AS differ;
EXPLAIN (COSTS OFF, VERBOSE) SELECT module_id FROM m.course_updates WHERE course_id = 14 AND since = '2026-11-20 12:00:00+00';
SELECT module_id FROM m.course_updates WHERE course_id = 14 AND since IN ('2026-11-20 12:00:00+00', '2026-11-21 12:00:00+00');

-- report_rows: the function by an own table, as it was recorded in pages of five; the entity asks for more at once
CREATE FOREIGN TABLE m.five (shown jsonb OPTIONS (path 'columns')) SERVER m
OPTIONS (wsfunction 'core_reportbuilder_retrieve_report', rows '/data/rows/*', params '{"reportid": 1, "page": 2, "perpage": 5}');
SELECT * FROM m.five;
SELECT columns FROM m.report_rows;
EXPLAIN (COSTS OFF, VERBOSE) SELECT columns FROM m.report_rows WHERE report_id = 1;
SELECT moodle_fdw.remove_instance('m') IS NULL AS removed;
