CREATE TABLE IF NOT EXISTS moodle_mart.usage_daily (
    instance text NOT NULL,
    day date NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    events bigint NOT NULL,
    views bigint NOT NULL,
    submissions bigint NOT NULL,
    posts bigint NOT NULL,
    sessions integer NOT NULL,
    dedication_minutes numeric(10, 1) NOT NULL,
    verbs jsonb NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (instance, day, moodle_course_id, moodle_user_id)
);
CREATE INDEX IF NOT EXISTS usage_daily_person ON moodle_mart.usage_daily (instance, moodle_user_id, day);
COMMENT ON TABLE moodle_mart.usage_daily IS
    'what each person did on each day in each course. Guests, nobody, web services, the account that reads the site and who was logged in as somebody else are left out';
COMMENT ON COLUMN moodle_mart.usage_daily.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.usage_daily.day IS 'midnight to midnight in the site''s time zone';
COMMENT ON COLUMN moodle_mart.usage_daily.moodle_course_id IS 'the course; 0 = outside of courses';
COMMENT ON COLUMN moodle_mart.usage_daily.moodle_user_id IS 'the person';
COMMENT ON COLUMN moodle_mart.usage_daily.events IS 'entries of the log';
COMMENT ON COLUMN moodle_mart.usage_daily.views IS 'of these, views of anything';
COMMENT ON COLUMN moodle_mart.usage_daily.submissions IS 'of these, submissions of activities';
COMMENT ON COLUMN moodle_mart.usage_daily.posts IS 'of these, posts and discussions in forums';
COMMENT ON COLUMN moodle_mart.usage_daily.sessions IS
    'sessions in the course that began on that day: a new one begins after 30 minutes without an event in it (moodle_fdw.databases.session_gap)';
COMMENT ON COLUMN moodle_mart.usage_daily.dedication_minutes IS
    'minutes from event to event within sessions, by the day of the first of the two';
COMMENT ON COLUMN moodle_mart.usage_daily.verbs IS 'how often which action: {"viewed": 12, "submitted": 1}';
COMMENT ON COLUMN moodle_mart.usage_daily.first_at IS 'first event';
COMMENT ON COLUMN moodle_mart.usage_daily.last_at IS 'last event';
