CREATE OR REPLACE VIEW moodle_mart.inactive_learners AS
    SELECT learner.instance, learner.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           learner.moodle_user_id, person.username, person.firstname, person.lastname, person.email,
           learner.since, learner.last_visit_at, learner.last_visit_at IS NULL AS never_visited,
           floor(extract(epoch FROM now() - coalesce(learner.last_visit_at, learner.since)) / 86400)::integer
               AS days_inactive,
           threshold.days AS inactive_days
    FROM moodle_stg.learners learner
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = learner.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN moodle_stg.users person
        ON person.instance = learner.instance AND person.moodle_user_id = learner.moodle_user_id
    CROSS JOIN LATERAL (
        SELECT rule.value AS days
        FROM moodle_mart.analytics_thresholds rule
        WHERE rule.name = 'inactive_days' AND coalesce(rule.instance, learner.instance) = learner.instance
          AND coalesce(rule.moodle_course_id, learner.moodle_course_id) = learner.moodle_course_id
        ORDER BY rule.moodle_course_id NULLS LAST, rule.instance NULLS LAST
        LIMIT 1) threshold
    WHERE learner.enrolment_status = 0 AND learner.completed_at IS NULL
      AND coalesce(learner.last_visit_at, learner.since) <= now() - threshold.days * interval '1 day'
      AND coalesce(course.visible, 1) = 1 AND coalesce(course.start_at, '-infinity') <= now()
      AND coalesce(course.end_at, 'infinity') > now();
COMMENT ON VIEW moodle_mart.inactive_learners IS
    'learners with an active enrolment in a course that is running and shown, who have not completed it and not visited it for inactive_days (moodle_mart.analytics_thresholds), as of now';
COMMENT ON COLUMN moodle_mart.inactive_learners.never_visited IS 'true = never opened the course';
COMMENT ON COLUMN moodle_mart.inactive_learners.days_inactive IS
    'whole days since the last visit; of who never visited, since the role was given';
COMMENT ON COLUMN moodle_mart.inactive_learners.inactive_days IS 'from how many days on one is listed here';
