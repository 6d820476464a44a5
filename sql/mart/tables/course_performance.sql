CREATE TABLE IF NOT EXISTS moodle_mart.course_performance (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    course_name text,
    course_shortname text,
    moodle_user_id bigint NOT NULL,
    username text,
    firstname text,
    lastname text,
    email text,
    moodle_role_id bigint,
    role_name text,
    role_fullname text,
    total_items bigint NOT NULL,
    graded_items bigint NOT NULL,
    avg_performance_pct numeric NOT NULL,
    completed_course boolean NOT NULL,
    course_startdate timestamptz,
    course_enddate timestamptz,
    enrolment_timecreated timestamptz,
    ts_generated timestamptz NOT NULL,
    role_kind text NOT NULL,
    counts_as_student boolean NOT NULL,
    completion_tracked boolean NOT NULL,
    criteria_total integer NOT NULL,
    criteria_done integer NOT NULL,
    completed_at timestamptz,
    last_course_access timestamptz,
    enrolment_status integer,
    moodle_category_id bigint,
    category_name text,
    top_category_name text,
    second_category_name text,
    course_visible integer,
    graded_performance_pct numeric
);
-- A person without a role has one row, and NULL is no key.
CREATE UNIQUE INDEX IF NOT EXISTS course_performance_key ON moodle_mart.course_performance
    (instance, moodle_course_id, moodle_user_id, coalesce(moodle_role_id, 0));
CREATE INDEX IF NOT EXISTS course_performance_person ON moodle_mart.course_performance
    (instance, moodle_user_id);
CREATE INDEX IF NOT EXISTS course_performance_category ON moodle_mart.course_performance
    (top_category_name, second_category_name);
COMMENT ON TABLE moodle_mart.course_performance IS
    'how each participant stands in each course: one row for each instance, course, person and role. Only real grade items count, never course or category totals; averages over people take the rows WHERE counts_as_student (moodle_mart.student_performance)';
COMMENT ON COLUMN moodle_mart.course_performance.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.course_performance.moodle_course_id IS
    'Moodle''s id of the course, unique within the instance';
COMMENT ON COLUMN moodle_mart.course_performance.course_name IS
    'full name of the course, HTML as served; NULL where the site did not list the course';
COMMENT ON COLUMN moodle_mart.course_performance.course_shortname IS 'short name of the course, HTML as served';
COMMENT ON COLUMN moodle_mart.course_performance.moodle_user_id IS
    'Moodle''s id of the person, unique within the instance';
COMMENT ON COLUMN moodle_mart.course_performance.username IS
    'user name; NULL where the site did not list the person or the token may not see it';
COMMENT ON COLUMN moodle_mart.course_performance.firstname IS 'first name';
COMMENT ON COLUMN moodle_mart.course_performance.lastname IS 'last name';
COMMENT ON COLUMN moodle_mart.course_performance.email IS
    'e-mail address; NULL where there is none or the token may not see it';
COMMENT ON COLUMN moodle_mart.course_performance.moodle_role_id IS
    'Moodle''s id of the role in the course; NULL = enrolled without a role';
COMMENT ON COLUMN moodle_mart.course_performance.role_name IS 'short name of the role: student, editingteacher, ...';
COMMENT ON COLUMN moodle_mart.course_performance.role_fullname IS
    'name of the role where the site has given it one, its short name otherwise';
COMMENT ON COLUMN moodle_mart.course_performance.total_items IS
    'grade items of the course, hidden ones too, course and category totals not; 0 = none, or none that the site shows (it shows none of a course without graded people)';
COMMENT ON COLUMN moodle_mart.course_performance.graded_items IS
    'on how many of them the person has a grade; no grade is not a grade of 0';
COMMENT ON COLUMN moodle_mart.course_performance.avg_performance_pct IS
    'mean over the graded items of (grade - lowest) / (highest - lowest) * 100, unweighted, to 4 decimals; below 0 or above 100 where a grade lies beyond its item''s bounds; items whose highest is not above their lowest are left out. 0 where nothing is graded, as dashboards expect it: averages over people take graded_performance_pct';
COMMENT ON COLUMN moodle_mart.course_performance.completed_course IS
    'true = Moodle calls the course completed; false also where completion is not tracked';
COMMENT ON COLUMN moodle_mart.course_performance.course_startdate IS 'start of the course';
COMMENT ON COLUMN moodle_mart.course_performance.course_enddate IS 'end of the course; NULL = none is set';
COMMENT ON COLUMN moodle_mart.course_performance.enrolment_timecreated IS
    'when the person was enrolled; NULL: the services do not tell';
COMMENT ON COLUMN moodle_mart.course_performance.ts_generated IS 'when this row was built';
COMMENT ON COLUMN moodle_mart.course_performance.role_kind IS
    'student, teacher, manager or other: moodle_mart.role_kinds decides';
COMMENT ON COLUMN moodle_mart.course_performance.counts_as_student IS
    'true on exactly one row of everyone who has a role of the kind student in the course: filter by it to count each student once';
COMMENT ON COLUMN moodle_mart.course_performance.completion_tracked IS
    'true = Moodle keeps a completion status of the person in the course';
COMMENT ON COLUMN moodle_mart.course_performance.criteria_total IS 'completion criteria of the course; 0 = none';
COMMENT ON COLUMN moodle_mart.course_performance.criteria_done IS 'how many of them the person has met';
COMMENT ON COLUMN moodle_mart.course_performance.completed_at IS
    'when the last of the criteria was met; NULL = not completed, or Moodle tells no time';
COMMENT ON COLUMN moodle_mart.course_performance.last_course_access IS
    'when the person last opened the course; NULL = never';
COMMENT ON COLUMN moodle_mart.course_performance.enrolment_status IS
    '0 = active, 1 = suspended; NULL = not known';
COMMENT ON COLUMN moodle_mart.course_performance.moodle_category_id IS 'category of the course';
COMMENT ON COLUMN moodle_mart.course_performance.category_name IS 'its name, HTML as served';
COMMENT ON COLUMN moodle_mart.course_performance.top_category_name IS
    'name of the top-level category (directorate) that it belongs to';
COMMENT ON COLUMN moodle_mart.course_performance.second_category_name IS
    'name of the second-level category (unit) that it belongs to; NULL = the course is in the top level';
COMMENT ON COLUMN moodle_mart.course_performance.course_visible IS '1 = the course is shown to students';
COMMENT ON COLUMN moodle_mart.course_performance.graded_performance_pct IS
    'the same as avg_performance_pct, but NULL where nothing is graded: averages pass over it';
