-- By learner, so that who viewed it in several weeks is counted once over all of them.
CREATE TABLE IF NOT EXISTS moodle_mart.resource_weeks (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_module_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    week_start date NOT NULL,
    views integer NOT NULL,
    events integer NOT NULL,
    first_event_at timestamptz NOT NULL,
    last_event_at timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, week_start, moodle_module_id, moodle_user_id)
);
COMMENT ON TABLE moodle_mart.resource_weeks IS
    'which learner used which activity of a course how often in which week: what moodle_mart.resource_totals is built from';
COMMENT ON COLUMN moodle_mart.resource_weeks.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.resource_weeks.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.resource_weeks.moodle_module_id IS 'the activity: modules.moodle_module_id';
COMMENT ON COLUMN moodle_mart.resource_weeks.moodle_user_id IS 'Moodle''s id of the learner';
COMMENT ON COLUMN moodle_mart.resource_weeks.week_start IS 'Monday of the week';
COMMENT ON COLUMN moodle_mart.resource_weeks.views IS 'views';
COMMENT ON COLUMN moodle_mart.resource_weeks.events IS 'all events, views too';
COMMENT ON COLUMN moodle_mart.resource_weeks.first_event_at IS 'first of the week';
COMMENT ON COLUMN moodle_mart.resource_weeks.last_event_at IS 'last of the week';
