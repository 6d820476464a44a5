CREATE TABLE IF NOT EXISTS moodle_mart.user_counts (
    instance text NOT NULL,
    course_id bigint NOT NULL,
    extraction_date date NOT NULL,
    num_students bigint NOT NULL DEFAULT 0,
    num_teachers bigint NOT NULL DEFAULT 0,
    num_managers bigint NOT NULL DEFAULT 0,
    num_others bigint NOT NULL DEFAULT 0,
    num_people bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (instance, extraction_date, course_id)
);
COMMENT ON TABLE moodle_mart.user_counts IS
    'who had which kind of role in each course at the end of a day: roles given in the course itself, by moodle_mart.role_kinds, each person once a kind';
COMMENT ON COLUMN moodle_mart.user_counts.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.user_counts.course_id IS 'the course';
COMMENT ON COLUMN moodle_mart.user_counts.extraction_date IS 'the day';
COMMENT ON COLUMN moodle_mart.user_counts.num_students IS 'students';
COMMENT ON COLUMN moodle_mart.user_counts.num_teachers IS 'teachers, editing or not';
COMMENT ON COLUMN moodle_mart.user_counts.num_managers IS 'managers and makers of courses';
COMMENT ON COLUMN moodle_mart.user_counts.num_others IS 'people of other roles';
COMMENT ON COLUMN moodle_mart.user_counts.num_people IS 'people of any role, each once';
COMMENT ON COLUMN moodle_mart.user_counts.created_at IS 'when it was first counted';
COMMENT ON COLUMN moodle_mart.user_counts.updated_at IS 'when it was last counted';
