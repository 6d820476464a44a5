CREATE TABLE IF NOT EXISTS moodle_mart.usage_hourly (
    instance text NOT NULL,
    hour_at timestamptz NOT NULL,
    moodle_course_id bigint NOT NULL,
    day date NOT NULL,
    hour integer NOT NULL,
    events bigint NOT NULL,
    views bigint NOT NULL,
    people bigint NOT NULL,
    PRIMARY KEY (instance, hour_at, moodle_course_id)
);
COMMENT ON TABLE moodle_mart.usage_hourly IS
    'what was done in each hour in each course, by the people of moodle_mart.usage_daily';
COMMENT ON COLUMN moodle_mart.usage_hourly.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.usage_hourly.hour_at IS 'when the hour began';
COMMENT ON COLUMN moodle_mart.usage_hourly.moodle_course_id IS 'the course; 0 = outside of courses';
COMMENT ON COLUMN moodle_mart.usage_hourly.day IS 'the day there';
COMMENT ON COLUMN moodle_mart.usage_hourly.hour IS 'the hour there, 0 to 23; where clocks go back, two rows have the same';
COMMENT ON COLUMN moodle_mart.usage_hourly.events IS 'entries of the log';
COMMENT ON COLUMN moodle_mart.usage_hourly.views IS 'of these, views of anything';
COMMENT ON COLUMN moodle_mart.usage_hourly.people IS 'by so many people';
