CREATE TABLE IF NOT EXISTS moodle_mart.user_activity (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    course_id text,
    id_number text,
    course_name text,
    course_shortname text,
    num_teachers bigint NOT NULL DEFAULT 0,
    num_students bigint NOT NULL DEFAULT 0,
    file_views bigint NOT NULL DEFAULT 0,
    video_views bigint NOT NULL DEFAULT 0,
    forum_views bigint NOT NULL DEFAULT 0,
    quiz_views bigint NOT NULL DEFAULT 0,
    assignment_views bigint NOT NULL DEFAULT 0,
    url_views bigint NOT NULL DEFAULT 0,
    total_views bigint NOT NULL DEFAULT 0,
    avg_activity_per_student_per_day numeric(12, 2),
    active_days integer NOT NULL DEFAULT 0,
    student_file_views bigint NOT NULL DEFAULT 0,
    student_video_views bigint NOT NULL DEFAULT 0,
    student_forum_views bigint NOT NULL DEFAULT 0,
    student_quiz_views bigint NOT NULL DEFAULT 0,
    student_assignment_views bigint NOT NULL DEFAULT 0,
    student_url_views bigint NOT NULL DEFAULT 0,
    student_total_views bigint NOT NULL DEFAULT 0,
    moodle_category_id bigint,
    extraction_date date NOT NULL,
    from_date date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (instance, extraction_date, moodle_course_id)
);
COMMENT ON TABLE moodle_mart.user_activity IS
    'activity of each course on a day (or a longer range that ends with it) beside who takes part in it: visible courses whose category has an idnumber, or all by an argument of run_user_activity()';
COMMENT ON COLUMN moodle_mart.user_activity.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.user_activity.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.user_activity.course_id IS
    'idnumber of the course''s category: what the system before this one called course_id';
COMMENT ON COLUMN moodle_mart.user_activity.id_number IS 'idnumber of the course';
COMMENT ON COLUMN moodle_mart.user_activity.course_name IS 'full name';
COMMENT ON COLUMN moodle_mart.user_activity.course_shortname IS 'short name';
COMMENT ON COLUMN moodle_mart.user_activity.num_teachers IS 'teachers at the end of the day';
COMMENT ON COLUMN moodle_mart.user_activity.num_students IS 'students at the end of the day';
COMMENT ON COLUMN moodle_mart.user_activity.file_views IS 'views of files, by anybody';
COMMENT ON COLUMN moodle_mart.user_activity.video_views IS 'views of videos, by anybody';
COMMENT ON COLUMN moodle_mart.user_activity.forum_views IS 'views of forums, by anybody';
COMMENT ON COLUMN moodle_mart.user_activity.quiz_views IS 'views of quizzes, by anybody';
COMMENT ON COLUMN moodle_mart.user_activity.assignment_views IS 'views of assignments, by anybody';
COMMENT ON COLUMN moodle_mart.user_activity.url_views IS 'views of links, by anybody';
COMMENT ON COLUMN moodle_mart.user_activity.total_views IS 'the six together';
COMMENT ON COLUMN moodle_mart.user_activity.avg_activity_per_student_per_day IS
    'total_views / num_students / active_days; NULL without students or active days';
COMMENT ON COLUMN moodle_mart.user_activity.active_days IS 'distinct days with a view';
COMMENT ON COLUMN moodle_mart.user_activity.student_file_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.user_activity.student_video_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.user_activity.student_forum_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.user_activity.student_quiz_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.user_activity.student_assignment_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.user_activity.student_url_views IS 'of these, by students of the course';
COMMENT ON COLUMN moodle_mart.user_activity.student_total_views IS 'the six together, by students';
COMMENT ON COLUMN moodle_mart.user_activity.moodle_category_id IS 'the course''s category';
COMMENT ON COLUMN moodle_mart.user_activity.extraction_date IS 'the last day counted';
COMMENT ON COLUMN moodle_mart.user_activity.from_date IS 'the first day counted';
COMMENT ON COLUMN moodle_mart.user_activity.created_at IS 'when it was first counted';
COMMENT ON COLUMN moodle_mart.user_activity.updated_at IS 'when it was last counted';
