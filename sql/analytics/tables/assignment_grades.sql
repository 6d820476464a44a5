CREATE TABLE IF NOT EXISTS moodle_stg.assignment_grades (
    instance text NOT NULL,
    grade_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    assignment_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    grader_id bigint NOT NULL,
    attempt integer NOT NULL,
    grade numeric,
    graded_at timestamptz,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, grade_id)
);
CREATE INDEX IF NOT EXISTS assignment_grades_course ON moodle_stg.assignment_grades (instance, moodle_course_id, graded_at);
CREATE INDEX IF NOT EXISTS assignment_grades_assignment ON moodle_stg.assignment_grades
    (instance, assignment_id, moodle_user_id);
COMMENT ON TABLE moodle_stg.assignment_grades IS 'grades given in assignments, and by whom, from the site''s database';
COMMENT ON COLUMN moodle_stg.assignment_grades.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.assignment_grades.grade_id IS 'its id there';
COMMENT ON COLUMN moodle_stg.assignment_grades.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.assignment_grades.assignment_id IS 'the assignment';
COMMENT ON COLUMN moodle_stg.assignment_grades.moodle_user_id IS 'who got it';
COMMENT ON COLUMN moodle_stg.assignment_grades.grader_id IS 'who gave it';
COMMENT ON COLUMN moodle_stg.assignment_grades.attempt IS 'for which attempt, from 0';
COMMENT ON COLUMN moodle_stg.assignment_grades.grade IS 'the grade; NULL = none, as where there is feedback alone';
COMMENT ON COLUMN moodle_stg.assignment_grades.graded_at IS 'when it was last changed';
COMMENT ON COLUMN moodle_stg.assignment_grades.ts_extract IS 'when this row was last written';
