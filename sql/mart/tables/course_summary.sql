CREATE TABLE IF NOT EXISTS moodle_mart.course_summary (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    course_name text,
    course_shortname text,
    course_idnumber text,
    course_format text,
    course_visible integer,
    course_startdate timestamptz,
    course_enddate timestamptz,
    moodle_category_id bigint,
    category_name text,
    top_category_name text,
    second_category_name text,
    participants bigint NOT NULL,
    students bigint NOT NULL,
    teachers bigint NOT NULL,
    total_items bigint NOT NULL,
    grades bigint NOT NULL,
    grading_coverage_pct numeric,
    students_graded bigint NOT NULL,
    avg_performance_pct numeric,
    median_performance_pct numeric,
    min_performance_pct numeric,
    max_performance_pct numeric,
    students_below_50_pct bigint NOT NULL,
    students_never_accessed bigint NOT NULL,
    last_student_access timestamptz,
    completion_tracked_students bigint NOT NULL,
    completed_students bigint NOT NULL,
    completion_rate_pct numeric,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id)
);
CREATE INDEX IF NOT EXISTS course_summary_category ON moodle_mart.course_summary
    (top_category_name, second_category_name);
CREATE INDEX IF NOT EXISTS course_summary_start ON moodle_mart.course_summary (course_startdate);
COMMENT ON TABLE moodle_mart.course_summary IS
    'one row for each course: its participants, and how its students stand. The front page of a site is no course here';
COMMENT ON COLUMN moodle_mart.course_summary.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.course_summary.moodle_course_id IS
    'Moodle''s id of the course, unique within the instance';
COMMENT ON COLUMN moodle_mart.course_summary.course_name IS 'full name, HTML as served';
COMMENT ON COLUMN moodle_mart.course_summary.course_shortname IS 'short name, HTML as served';
COMMENT ON COLUMN moodle_mart.course_summary.course_idnumber IS
    'the institution''s own number for the course; NULL where the token may not see it';
COMMENT ON COLUMN moodle_mart.course_summary.course_format IS 'topics, weeks, social, ...';
COMMENT ON COLUMN moodle_mart.course_summary.course_visible IS '1 = shown to students';
COMMENT ON COLUMN moodle_mart.course_summary.course_startdate IS 'start of the course';
COMMENT ON COLUMN moodle_mart.course_summary.course_enddate IS 'end of the course; NULL = none is set';
COMMENT ON COLUMN moodle_mart.course_summary.moodle_category_id IS 'category of the course';
COMMENT ON COLUMN moodle_mart.course_summary.category_name IS 'its name, HTML as served';
COMMENT ON COLUMN moodle_mart.course_summary.top_category_name IS
    'name of the top-level category (directorate) that it belongs to';
COMMENT ON COLUMN moodle_mart.course_summary.second_category_name IS
    'name of the second-level category (unit) that it belongs to; NULL = the course is in the top level';
COMMENT ON COLUMN moodle_mart.course_summary.participants IS 'everyone who is enrolled, whatever the role';
COMMENT ON COLUMN moodle_mart.course_summary.students IS 'participants with a role of the kind student';
COMMENT ON COLUMN moodle_mart.course_summary.teachers IS
    'participants with a role of the kind teacher; who is a student too counts in both';
COMMENT ON COLUMN moodle_mart.course_summary.total_items IS
    'grade items, hidden ones too, course and category totals not; 0 = none, or none that the site shows';
COMMENT ON COLUMN moodle_mart.course_summary.grades IS 'grades that students have on these items';
COMMENT ON COLUMN moodle_mart.course_summary.grading_coverage_pct IS
    'grades / (students * total_items) * 100; NULL = no students or no items';
COMMENT ON COLUMN moodle_mart.course_summary.students_graded IS 'students with at least one grade';
COMMENT ON COLUMN moodle_mart.course_summary.avg_performance_pct IS
    'mean of the students'' graded_performance_pct, each student with grades counting once; NULL = nobody has grades';
COMMENT ON COLUMN moodle_mart.course_summary.median_performance_pct IS 'median of the same';
COMMENT ON COLUMN moodle_mart.course_summary.min_performance_pct IS 'lowest of the same';
COMMENT ON COLUMN moodle_mart.course_summary.max_performance_pct IS 'highest of the same';
COMMENT ON COLUMN moodle_mart.course_summary.students_below_50_pct IS
    'students whose graded_performance_pct is below 50';
COMMENT ON COLUMN moodle_mart.course_summary.students_never_accessed IS 'students who never opened the course';
COMMENT ON COLUMN moodle_mart.course_summary.last_student_access IS
    'when a student last opened the course; NULL = never';
COMMENT ON COLUMN moodle_mart.course_summary.completion_tracked_students IS
    'students of whom Moodle keeps a completion status';
COMMENT ON COLUMN moodle_mart.course_summary.completed_students IS 'students who completed the course';
COMMENT ON COLUMN moodle_mart.course_summary.completion_rate_pct IS
    'completed_students / completion_tracked_students * 100; NULL = completion is not tracked';
COMMENT ON COLUMN moodle_mart.course_summary.ts_generated IS 'when this row was built';
