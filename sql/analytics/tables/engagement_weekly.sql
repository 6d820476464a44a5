CREATE OR REPLACE VIEW moodle_mart.engagement_weekly AS
    SELECT week.instance, week.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           week.moodle_user_id, person.username, person.firstname, person.lastname, week.week_start,
           to_char(week.week_start, 'IYYY"-W"IW') AS iso_week, week.active_days, week.views, week.events,
           week.submissions, week.posts, week.sessions, week.dedication_minutes,
           week.active_days_quartile, week.views_quartile, week.submissions_quartile,
           week.posts_quartile, week.dedication_quartile, week.engagement_pct, week.first_event_at,
           week.last_event_at, week.ts_generated
    FROM moodle_mart.learner_weeks week
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = week.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN moodle_stg.users person
        ON person.instance = week.instance AND person.moodle_user_id = week.moodle_user_id;
COMMENT ON VIEW moodle_mart.engagement_weekly IS
    'what each learner did in each course in each week, against the course''s quartiles: moodle_mart.learner_weeks with the names of courses and people';
