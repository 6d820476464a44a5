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

\echo '── and who was there, and is not any more'
SELECT instance, count(*) AS enrolments, count(*) FILTER (WHERE last_course_access IS NULL) AS never_came,
       count(*) FILTER (WHERE last_course_access < now() - interval '3 weeks') AS gone,
       round(avg(graded_performance_pct) FILTER (WHERE last_course_access < now() - interval '3 weeks'), 1) AS their_pct,
       round(avg(graded_performance_pct) FILTER (WHERE last_course_access >= now() - interval '3 weeks'), 1) AS the_others_pct
FROM moodle_mart.course_performance
WHERE counts_as_student AND course_enddate > now() GROUP BY 1 ORDER BY 1;

\echo '── Activity, from the event logs: the busiest courses of the last day'
SELECT instance, course_shortname AS course, num_students AS students, file_views AS files, video_views AS videos,
       forum_views AS forum, quiz_views AS quizzes, assignment_views AS assignments, total_views AS total,
       avg_activity_per_student_per_day AS per_student
FROM moodle_mart.user_activity
WHERE extraction_date = (SELECT max(extraction_date) FROM moodle_mart.user_activity)
ORDER BY total_views DESC, instance, course_shortname LIMIT 5;

\echo '── How the instances stand'
SELECT instance, users, courses, students, grades, round(avg_performance_pct, 1) AS pct,
       round(completion_rate_pct, 1) AS completed_pct, last_course_access::date AS last_seen
FROM moodle_mart.instance_summary ORDER BY 1;
\timing off
