CREATE OR REPLACE VIEW moodle_mart.learner_segments AS
    SELECT state.instance, state.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           state.moodle_user_id, person.username, person.firstname, person.lastname, person.email,
           state.segment, state.points, state.reasons, state.segment_since, state.previous_segment,
           state.last_visit_at, state.active_days, state.views, state.submissions, state.posts,
           state.dedication_minutes, state.engagement_pct, state.engagement_change_pct,
           state.deadlines_due, state.deadlines_missed, state.avg_performance_pct, state.completed,
           state.ts_generated
    FROM moodle_mart.learner_states state
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = state.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN moodle_stg.users person
        ON person.instance = state.instance AND person.moodle_user_id = state.moodle_user_id;
COMMENT ON VIEW moodle_mart.learner_segments IS
    'who does well, ok, or struggles in the courses that are running, and why: moodle_mart.learner_states with names. The rules are in moodle_mart.analytics_thresholds';
