-- What scripts/demo shows when it is done: each statement, then what it gives.
\set ECHO queries
\timing on
\echo
\echo '── Live: one query, four Moodles, asked side by side'
SELECT instance, count(*) AS courses, count(*) FILTER (WHERE visible) AS visible
FROM moodle_fdw.courses WHERE course_id > 1 GROUP BY 1 ORDER BY 1;

\echo '── The warehouse: every version that landed, the tables made of them, the marts for dashboards'
SELECT 'moodle_raw.landing' AS "table", count(*) AS rows FROM moodle_raw.landing
UNION ALL SELECT 'moodle_stg.users', count(*) FROM moodle_stg.users
UNION ALL SELECT 'moodle_stg.enrolments', count(*) FROM moodle_stg.enrolments
UNION ALL SELECT 'moodle_stg.grades', count(*) FROM moodle_stg.grades
UNION ALL SELECT 'moodle_stg.events', count(*) FROM moodle_stg.events
UNION ALL SELECT 'moodle_mart.course_performance', count(*) FROM moodle_mart.course_performance
UNION ALL SELECT 'moodle_mart.learner_progress_weekly', count(*) FROM moodle_mart.learner_progress_weekly
ORDER BY rows DESC;

\echo '── Course performance: who does best in the term that is under way'
SELECT instance, course_shortname AS course, firstname, lastname, graded_items AS graded,
       round(avg_performance_pct, 1) AS pct, completed_course AS done, last_course_access::date AS last_seen
FROM moodle_mart.course_performance
WHERE counts_as_student AND course_enddate > now()
ORDER BY avg_performance_pct DESC, instance, username LIMIT 5;

\echo '── and who needs somebody to ask how it goes, and why'
SELECT instance, count(*) FILTER (WHERE segment = 'doing well') AS doing_well, count(*) FILTER (WHERE segment = 'ok') AS ok,
       count(*) FILTER (WHERE segment = 'struggling') AS struggling, count(*) AS places
FROM moodle_mart.learner_segments GROUP BY 1 ORDER BY 1;
SELECT course_shortname AS course, firstname, lastname, last_visit_at::date AS last_visit, reasons[1] AS first_reason
FROM moodle_mart.learner_segments WHERE segment = 'struggling' AND views > 0
ORDER BY points, instance, moodle_course_id, moodle_user_id LIMIT 3;

\echo '── Activity, from the event logs: the busiest courses of the last day'
SELECT instance, course_shortname AS course, num_students AS students, file_views AS files, video_views AS videos,
       forum_views AS forum, quiz_views AS quizzes, assignment_views AS assignments, total_views AS total,
       avg_activity_per_student_per_day AS per_student
FROM moodle_mart.user_activity
WHERE extraction_date = (SELECT max(extraction_date) FROM moodle_mart.user_activity)
ORDER BY total_views DESC, instance, course_shortname LIMIT 5;

\echo '── All of it on one screen'
SELECT * FROM moodle_fdw.overview;
\timing off
