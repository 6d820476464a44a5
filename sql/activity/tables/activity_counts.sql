CREATE TABLE IF NOT EXISTS moodle_mart.activity_counts (
    instance text NOT NULL,
    course_id bigint NOT NULL,
    extraction_date date NOT NULL,
    file_views bigint NOT NULL DEFAULT 0,
    video_views bigint NOT NULL DEFAULT 0,
    forum_views bigint NOT NULL DEFAULT 0,
    quiz_views bigint NOT NULL DEFAULT 0,
    assignment_views bigint NOT NULL DEFAULT 0,
    url_views bigint NOT NULL DEFAULT 0,
    other_views bigint NOT NULL DEFAULT 0,
    active_days integer NOT NULL DEFAULT 0,
    span_days integer NOT NULL DEFAULT 0,
    student_file_views bigint NOT NULL DEFAULT 0,
    student_video_views bigint NOT NULL DEFAULT 0,
    student_forum_views bigint NOT NULL DEFAULT 0,
    student_quiz_views bigint NOT NULL DEFAULT 0,
    student_assignment_views bigint NOT NULL DEFAULT 0,
    student_url_views bigint NOT NULL DEFAULT 0,
    from_date date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (instance, extraction_date, course_id)
);
CREATE INDEX IF NOT EXISTS activity_counts_course ON moodle_mart.activity_counts (instance, course_id);
COMMENT ON TABLE moodle_mart.activity_counts IS
    'views of activities per course and day (or a longer range that ends with it), by kind: moodle_mart.activity_kinds says what counts as which';
COMMENT ON COLUMN moodle_mart.activity_counts.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.activity_counts.course_id IS 'the course';
COMMENT ON COLUMN moodle_mart.activity_counts.extraction_date IS
    'the last day counted, midnight to midnight in the site''s time zone';
COMMENT ON COLUMN moodle_mart.activity_counts.file_views IS 'views of files, by anybody';
COMMENT ON COLUMN moodle_mart.activity_counts.video_views IS 'views of videos, by anybody';
COMMENT ON COLUMN moodle_mart.activity_counts.forum_views IS 'views of forums, by anybody';
COMMENT ON COLUMN moodle_mart.activity_counts.quiz_views IS 'views of quizzes, by anybody';
COMMENT ON COLUMN moodle_mart.activity_counts.assignment_views IS 'views of assignments, by anybody';
COMMENT ON COLUMN moodle_mart.activity_counts.url_views IS 'views of links, by anybody';
COMMENT ON COLUMN moodle_mart.activity_counts.other_views IS 'views of activities of no such kind';
COMMENT ON COLUMN moodle_mart.activity_counts.active_days IS 'distinct days with a view';
COMMENT ON COLUMN moodle_mart.activity_counts.span_days IS
    'last day with a view - first + 1: what the system before this one called active days';
COMMENT ON COLUMN moodle_mart.activity_counts.student_file_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.activity_counts.student_video_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.activity_counts.student_forum_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.activity_counts.student_quiz_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.activity_counts.student_assignment_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.activity_counts.student_url_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.activity_counts.from_date IS 'the first day counted';
COMMENT ON COLUMN moodle_mart.activity_counts.created_at IS 'when it was first counted';
COMMENT ON COLUMN moodle_mart.activity_counts.updated_at IS 'when it was last counted';
