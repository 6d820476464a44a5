CREATE TABLE IF NOT EXISTS moodle_mart.instance_summary (
    instance text PRIMARY KEY,
    users bigint NOT NULL,
    suspended_users bigint NOT NULL,
    never_logged_in_users bigint NOT NULL,
    categories bigint NOT NULL,
    courses bigint NOT NULL,
    visible_courses bigint NOT NULL,
    courses_with_students bigint NOT NULL,
    courses_with_grades bigint NOT NULL,
    participants bigint NOT NULL,
    students bigint NOT NULL,
    teachers bigint NOT NULL,
    enrolments bigint NOT NULL,
    student_enrolments bigint NOT NULL,
    total_items bigint NOT NULL,
    grades bigint NOT NULL,
    avg_performance_pct numeric,
    completion_tracked_enrolments bigint NOT NULL,
    completed_enrolments bigint NOT NULL,
    completion_rate_pct numeric,
    last_course_access timestamptz,
    data_as_of timestamptz,
    ts_generated timestamptz NOT NULL
);
COMMENT ON TABLE moodle_mart.instance_summary IS 'one row for each Moodle site: its size, and how its students stand';
COMMENT ON COLUMN moodle_mart.instance_summary.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.instance_summary.users IS 'people with an account, deleted ones not';
COMMENT ON COLUMN moodle_mart.instance_summary.suspended_users IS 'of these, suspended';
COMMENT ON COLUMN moodle_mart.instance_summary.never_logged_in_users IS
    'of these, without a first access. Access times alone make no new version, so this is as of each account''s last change';
COMMENT ON COLUMN moodle_mart.instance_summary.categories IS 'course categories';
COMMENT ON COLUMN moodle_mart.instance_summary.courses IS 'courses, the front page not';
COMMENT ON COLUMN moodle_mart.instance_summary.visible_courses IS 'courses shown to students';
COMMENT ON COLUMN moodle_mart.instance_summary.courses_with_students IS 'courses with at least one student';
COMMENT ON COLUMN moodle_mart.instance_summary.courses_with_grades IS 'courses in which a student has a grade';
COMMENT ON COLUMN moodle_mart.instance_summary.participants IS 'people who are enrolled in any course';
COMMENT ON COLUMN moodle_mart.instance_summary.students IS 'people who are a student in any course';
COMMENT ON COLUMN moodle_mart.instance_summary.teachers IS 'people who are a teacher in any course';
COMMENT ON COLUMN moodle_mart.instance_summary.enrolments IS 'pairs of a person and a course';
COMMENT ON COLUMN moodle_mart.instance_summary.student_enrolments IS 'pairs of a student and a course';
COMMENT ON COLUMN moodle_mart.instance_summary.total_items IS
    'grade items of all courses, course and category totals not';
COMMENT ON COLUMN moodle_mart.instance_summary.grades IS 'grades that students have on these items';
COMMENT ON COLUMN moodle_mart.instance_summary.avg_performance_pct IS
    'mean of graded_performance_pct over all pairs of a student and a course with grades; NULL = no grades';
COMMENT ON COLUMN moodle_mart.instance_summary.completion_tracked_enrolments IS
    'pairs of a student and a course with a completion status';
COMMENT ON COLUMN moodle_mart.instance_summary.completed_enrolments IS 'of the student enrolments, completed';
COMMENT ON COLUMN moodle_mart.instance_summary.completion_rate_pct IS
    'completed_enrolments / completion_tracked_enrolments * 100; NULL = completion is not tracked';
COMMENT ON COLUMN moodle_mart.instance_summary.last_course_access IS 'when anyone last opened a course';
COMMENT ON COLUMN moodle_mart.instance_summary.data_as_of IS
    'when the latest change that is in here was read from the site';
COMMENT ON COLUMN moodle_mart.instance_summary.ts_generated IS 'when this row was built';
