CREATE TABLE IF NOT EXISTS moodle_stg.group_members (
    instance text NOT NULL,
    group_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, group_id, moodle_user_id)
);
CREATE INDEX IF NOT EXISTS group_members_person ON moodle_stg.group_members (instance, moodle_course_id, moodle_user_id);
COMMENT ON TABLE moodle_stg.group_members IS 'who is in which group of a course, from the site''s database';
COMMENT ON COLUMN moodle_stg.group_members.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.group_members.group_id IS 'the group';
COMMENT ON COLUMN moodle_stg.group_members.moodle_user_id IS 'who is in it';
COMMENT ON COLUMN moodle_stg.group_members.moodle_course_id IS 'the course that the group is of';
COMMENT ON COLUMN moodle_stg.group_members.ts_extract IS 'when this row was last written';
