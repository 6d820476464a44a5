CREATE TABLE IF NOT EXISTS moodle_stg.learners (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    since timestamptz NOT NULL,
    enrolment_status integer NOT NULL,
    enrolment_ends_at timestamptz,
    last_visit_at timestamptz,
    completed_at timestamptz,
    listed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_user_id)
) WITH (fillfactor = 90);
CREATE INDEX IF NOT EXISTS learners_person ON moodle_stg.learners (instance, moodle_user_id);
COMMENT ON TABLE moodle_stg.learners IS
    'who learns in which course now: has a student''s role in it (moodle_mart.role_kinds) and is enrolled; deleted people, the guest and the account that reads the site are left out';
COMMENT ON COLUMN moodle_stg.learners.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.learners.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_stg.learners.moodle_user_id IS 'Moodle''s id of the learner';
COMMENT ON COLUMN moodle_stg.learners.since IS 'since when: role_assignments.assigned_at, the first one that still holds';
COMMENT ON COLUMN moodle_stg.learners.enrolment_status IS
    '0 = one of the enrolments is active; 1 = all are suspended, over, or of a method that is switched off, or the account is suspended';
COMMENT ON COLUMN moodle_stg.learners.enrolment_ends_at IS 'when the last of the enrolments ends; NULL = it does not';
COMMENT ON COLUMN moodle_stg.learners.last_visit_at IS
    'last access to the course, as the site and its log have it; NULL = never';
COMMENT ON COLUMN moodle_stg.learners.completed_at IS 'when the course was completed; NULL = it is not, or is not tracked';
COMMENT ON COLUMN moodle_stg.learners.listed_at IS 'when the learner was first listed here';
COMMENT ON COLUMN moodle_stg.learners.ts_extract IS 'when this row was last written';
