CREATE TABLE IF NOT EXISTS moodle_stg.submissions (
    instance text NOT NULL,
    submission_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    assignment_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    group_id bigint NOT NULL DEFAULT 0,
    attempt integer NOT NULL,
    status text NOT NULL,
    is_latest boolean NOT NULL,
    created_at timestamptz,
    modified_at timestamptz,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, submission_id)
);
CREATE INDEX IF NOT EXISTS submissions_assignment ON moodle_stg.submissions (instance, assignment_id, moodle_user_id);
CREATE INDEX IF NOT EXISTS submissions_course ON moodle_stg.submissions (instance, moodle_course_id, modified_at);
COMMENT ON TABLE moodle_stg.submissions IS 'what was handed in for assignments, drafts too, from the site''s database';
COMMENT ON COLUMN moodle_stg.submissions.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.submissions.submission_id IS 'its id there';
COMMENT ON COLUMN moodle_stg.submissions.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.submissions.assignment_id IS 'the assignment: modules.activity_id of mod_assign';
COMMENT ON COLUMN moodle_stg.submissions.moodle_user_id IS 'whose it is; 0 = a group''s';
COMMENT ON COLUMN moodle_stg.submissions.group_id IS 'the group that handed it in; 0 = a person did';
COMMENT ON COLUMN moodle_stg.submissions.attempt IS 'number of the attempt, from 0';
COMMENT ON COLUMN moodle_stg.submissions.status IS 'submitted, draft, new (opened only) or reopened';
COMMENT ON COLUMN moodle_stg.submissions.is_latest IS 'true = the attempt that counts';
COMMENT ON COLUMN moodle_stg.submissions.created_at IS 'when it was begun';
COMMENT ON COLUMN moodle_stg.submissions.modified_at IS 'when it was last changed: of one that is submitted, when';
COMMENT ON COLUMN moodle_stg.submissions.ts_extract IS 'when this row was last written';
