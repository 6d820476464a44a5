CREATE OR REPLACE VIEW moodle_mart.user_verbs AS
    SELECT usage.instance, usage.day, usage.moodle_course_id, usage.moodle_user_id, verb.key AS action,
           verb.value::bigint AS times
    FROM moodle_mart.usage_daily usage
    CROSS JOIN LATERAL jsonb_each_text(usage.verbs) verb;
COMMENT ON VIEW moodle_mart.user_verbs IS 'moodle_mart.usage_daily, a row for each action: who viewed, submitted, created how often';
COMMENT ON COLUMN moodle_mart.user_verbs.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.user_verbs.day IS 'the day there';
COMMENT ON COLUMN moodle_mart.user_verbs.moodle_course_id IS 'the course; 0 = outside of courses';
COMMENT ON COLUMN moodle_mart.user_verbs.moodle_user_id IS 'the person';
COMMENT ON COLUMN moodle_mart.user_verbs.action IS 'viewed, submitted, created, …';
COMMENT ON COLUMN moodle_mart.user_verbs.times IS 'how often';
