CREATE TABLE IF NOT EXISTS moodle_mart.user_progress (
    instance text NOT NULL,
    moodle_user_id bigint NOT NULL,
    username text,
    firstname text,
    lastname text,
    email text,
    idnumber text,
    department text,
    institution text,
    city text,
    country text,
    suspended integer,
    courses bigint NOT NULL,
    courses_as_student bigint NOT NULL,
    courses_as_teacher bigint NOT NULL,
    courses_accessed bigint NOT NULL,
    courses_graded bigint NOT NULL,
    completion_tracked_courses bigint NOT NULL,
    completed_courses bigint NOT NULL,
    completion_rate_pct numeric,
    total_items bigint NOT NULL,
    graded_items bigint NOT NULL,
    graded_items_pct numeric,
    avg_performance_pct numeric,
    min_performance_pct numeric,
    max_performance_pct numeric,
    first_enrolled_at timestamptz,
    last_completed_at timestamptz,
    last_course_access timestamptz,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_user_id)
);
CREATE INDEX IF NOT EXISTS user_progress_email ON moodle_mart.user_progress (email);
COMMENT ON TABLE moodle_mart.user_progress IS
    'one row for each person who is enrolled anywhere on a site: how he stands over his courses. Grades and completion are those of the courses in which he is a student';
COMMENT ON COLUMN moodle_mart.user_progress.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.user_progress.moodle_user_id IS
    'Moodle''s id of the person, unique within the instance';
COMMENT ON COLUMN moodle_mart.user_progress.username IS 'user name';
COMMENT ON COLUMN moodle_mart.user_progress.firstname IS 'first name';
COMMENT ON COLUMN moodle_mart.user_progress.lastname IS 'last name';
COMMENT ON COLUMN moodle_mart.user_progress.email IS 'e-mail address';
COMMENT ON COLUMN moodle_mart.user_progress.idnumber IS 'the institution''s own number for the person';
COMMENT ON COLUMN moodle_mart.user_progress.department IS 'department';
COMMENT ON COLUMN moodle_mart.user_progress.institution IS 'institution';
COMMENT ON COLUMN moodle_mart.user_progress.city IS 'city';
COMMENT ON COLUMN moodle_mart.user_progress.country IS 'country, two letters';
COMMENT ON COLUMN moodle_mart.user_progress.suspended IS '1 = the account is suspended';
COMMENT ON COLUMN moodle_mart.user_progress.courses IS 'courses that the person is enrolled in';
COMMENT ON COLUMN moodle_mart.user_progress.courses_as_student IS 'of these, as a student';
COMMENT ON COLUMN moodle_mart.user_progress.courses_as_teacher IS 'of these, as a teacher';
COMMENT ON COLUMN moodle_mart.user_progress.courses_accessed IS 'of those as a student, opened at least once';
COMMENT ON COLUMN moodle_mart.user_progress.courses_graded IS 'of those as a student, with at least one grade';
COMMENT ON COLUMN moodle_mart.user_progress.completion_tracked_courses IS
    'of those as a student, with a completion status';
COMMENT ON COLUMN moodle_mart.user_progress.completed_courses IS 'of those as a student, completed';
COMMENT ON COLUMN moodle_mart.user_progress.completion_rate_pct IS
    'completed_courses / completion_tracked_courses * 100; NULL = completion is tracked in none';
COMMENT ON COLUMN moodle_mart.user_progress.total_items IS
    'grade items of the courses as a student, course and category totals not';
COMMENT ON COLUMN moodle_mart.user_progress.graded_items IS 'on how many of them the person has a grade';
COMMENT ON COLUMN moodle_mart.user_progress.graded_items_pct IS
    'graded_items / total_items * 100; NULL = no items';
COMMENT ON COLUMN moodle_mart.user_progress.avg_performance_pct IS
    'mean of graded_performance_pct over the courses with grades, each course counting once; NULL = no grades';
COMMENT ON COLUMN moodle_mart.user_progress.min_performance_pct IS 'of the worst course';
COMMENT ON COLUMN moodle_mart.user_progress.max_performance_pct IS 'of the best course';
COMMENT ON COLUMN moodle_mart.user_progress.first_enrolled_at IS
    'time of the first enrolment; NULL: the services do not tell';
COMMENT ON COLUMN moodle_mart.user_progress.last_completed_at IS 'when the person last completed a course';
COMMENT ON COLUMN moodle_mart.user_progress.last_course_access IS
    'when the person last opened a course; NULL = never';
COMMENT ON COLUMN moodle_mart.user_progress.ts_generated IS 'when this row was built';
