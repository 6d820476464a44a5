CREATE TABLE IF NOT EXISTS moodle_stg.role_assignments (
    instance text NOT NULL,
    assignment_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    moodle_role_id bigint NOT NULL,
    assigned_at timestamptz NOT NULL,
    gone_at timestamptz,
    PRIMARY KEY (instance, assignment_id)
);
CREATE INDEX IF NOT EXISTS role_assignments_course ON moodle_stg.role_assignments
    (instance, moodle_course_id, moodle_user_id);
COMMENT ON TABLE moodle_stg.role_assignments IS
    'who had which role in which course from when to when, from the site''s database and its log';
COMMENT ON COLUMN moodle_stg.role_assignments.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.role_assignments.assignment_id IS
    'its id there; negative: known from the log alone, since it was gone before the site was first read';
COMMENT ON COLUMN moodle_stg.role_assignments.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.role_assignments.moodle_user_id IS 'the person';
COMMENT ON COLUMN moodle_stg.role_assignments.moodle_role_id IS 'the role';
COMMENT ON COLUMN moodle_stg.role_assignments.assigned_at IS
    'since when: as the log has it, else when the assignment was last changed';
COMMENT ON COLUMN moodle_stg.role_assignments.gone_at IS
    'until when: as the log has it, else when it was first missed; NULL = still there';
