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
UNION ALL SELECT 'moodle_mart.course_performance', count(*) FROM moodle_mart.course_performance
UNION ALL SELECT 'moodle_mart.learner_progress_weekly', count(*) FROM moodle_mart.learner_progress_weekly
ORDER BY rows DESC;

\echo '── The best of one course'
SELECT instance, course_shortname, firstname, lastname, graded_items AS graded,
       round(avg_performance_pct, 1) AS pct, completed_course AS done, last_course_access::date AS last_seen
FROM moodle_mart.course_performance
WHERE counts_as_student ORDER BY avg_performance_pct DESC, instance, username LIMIT 5;

\echo '── How the instances stand'
SELECT instance, users, courses, students, grades, round(avg_performance_pct, 1) AS pct,
       round(completion_rate_pct, 1) AS completed_pct, last_course_access::date AS last_seen
FROM moodle_mart.instance_summary ORDER BY 1;
\timing off
