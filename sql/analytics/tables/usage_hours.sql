CREATE TABLE IF NOT EXISTS moodle_mart.usage_hours (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    day date NOT NULL,
    hour integer NOT NULL,
    week_start date NOT NULL,
    events integer NOT NULL,
    views integer NOT NULL,
    learners integer NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, week_start, day, hour)
);
COMMENT ON TABLE moodle_mart.usage_hours IS
    'when learners work: one row for each course, day and hour with an event. moodle_mart.usage_by_hour shows it with names';
COMMENT ON COLUMN moodle_mart.usage_hours.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.usage_hours.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.usage_hours.day IS 'the day, in the site''s time zone';
COMMENT ON COLUMN moodle_mart.usage_hours.hour IS
    'the hour of that day, 0 to 23, as clocks there showed it: where they go back, one holds two hours';
COMMENT ON COLUMN moodle_mart.usage_hours.week_start IS 'Monday of the week';
COMMENT ON COLUMN moodle_mart.usage_hours.events IS 'events of learners in the course';
COMMENT ON COLUMN moodle_mart.usage_hours.views IS 'of these, views';
COMMENT ON COLUMN moodle_mart.usage_hours.learners IS 'learners with an event in that hour';
