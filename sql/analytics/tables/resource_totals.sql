CREATE TABLE IF NOT EXISTS moodle_mart.resource_totals (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_module_id bigint NOT NULL,
    views bigint NOT NULL,
    events bigint NOT NULL,
    learners_viewing integer NOT NULL,
    active_weeks integer NOT NULL,
    first_event_at timestamptz NOT NULL,
    last_event_at timestamptz NOT NULL,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_module_id)
);
COMMENT ON TABLE moodle_mart.resource_totals IS
    'use of each activity by learners, over all weeks. moodle_mart.resource_usage shows it with names, and the activities that nobody used';
COMMENT ON COLUMN moodle_mart.resource_totals.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.resource_totals.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.resource_totals.moodle_module_id IS 'the activity: modules.moodle_module_id';
COMMENT ON COLUMN moodle_mart.resource_totals.views IS 'views by learners';
COMMENT ON COLUMN moodle_mart.resource_totals.events IS 'all events of learners in it, views too';
COMMENT ON COLUMN moodle_mart.resource_totals.learners_viewing IS 'learners who viewed it at least once';
COMMENT ON COLUMN moodle_mart.resource_totals.active_weeks IS 'weeks in which it was used';
COMMENT ON COLUMN moodle_mart.resource_totals.first_event_at IS 'first use; NULL = none';
COMMENT ON COLUMN moodle_mart.resource_totals.last_event_at IS 'last use; NULL = none';
COMMENT ON COLUMN moodle_mart.resource_totals.ts_generated IS 'when this row was built';
