CREATE OR REPLACE VIEW moodle_mart.engagement_course_weekly AS
    SELECT week.instance, week.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           week.week_start, to_char(week.week_start, 'IYYY"-W"IW') AS iso_week, week.learners,
           week.active_learners,
           round(100.0 * week.active_learners / nullif(week.learners, 0), 2) AS active_pct, week.views,
           week.events, week.submissions, week.posts, week.dedication_minutes, week.active_days_q1,
           week.active_days_median, week.active_days_q3, week.views_q1, week.views_median, week.views_q3,
           week.submissions_q1, week.submissions_median, week.submissions_q3, week.posts_q1,
           week.posts_median, week.posts_q3, week.dedication_q1, week.dedication_median,
           week.dedication_q3, week.ts_generated
    FROM moodle_mart.course_weeks week
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = week.instance AND category.moodle_category_id = course.categoryid;
COMMENT ON VIEW moodle_mart.engagement_course_weekly IS
    'each course in each week, its learners together: moodle_mart.course_weeks with names';
COMMENT ON COLUMN moodle_mart.engagement_course_weekly.active_pct IS
    'active_learners / learners * 100';
