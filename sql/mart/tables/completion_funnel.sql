CREATE TABLE IF NOT EXISTS moodle_mart.completion_funnel (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    course_name text,
    course_shortname text,
    stage_no integer NOT NULL,
    stage text NOT NULL,
    students bigint NOT NULL,
    students_stopped_here bigint NOT NULL,
    pct_of_enrolled numeric NOT NULL,
    completion_tracked boolean NOT NULL,
    course_startdate timestamptz,
    top_category_name text,
    second_category_name text,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, stage_no)
);
COMMENT ON TABLE moodle_mart.completion_funnel IS
    'how far the students of each course came: five rows for each course with students. Who reached a stage counts in those before it too, so it never widens';
COMMENT ON COLUMN moodle_mart.completion_funnel.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.completion_funnel.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_mart.completion_funnel.course_name IS 'full name of the course, HTML as served';
COMMENT ON COLUMN moodle_mart.completion_funnel.course_shortname IS 'short name of the course, HTML as served';
COMMENT ON COLUMN moodle_mart.completion_funnel.stage_no IS '1 to 5';
COMMENT ON COLUMN moodle_mart.completion_funnel.stage IS
    '1 enrolled; 2 visited: opened the course; 3 started: has a grade or met a criterion; 4 halfway: met half of the completion criteria or, where there are none, has grades on half of the items; 5 completed';
COMMENT ON COLUMN moodle_mart.completion_funnel.students IS 'students who reached this stage or a later one';
COMMENT ON COLUMN moodle_mart.completion_funnel.students_stopped_here IS
    'students who reached this stage and no later one';
COMMENT ON COLUMN moodle_mart.completion_funnel.pct_of_enrolled IS 'students / students of stage 1 * 100';
COMMENT ON COLUMN moodle_mart.completion_funnel.completion_tracked IS
    'false = Moodle keeps no completion status in the course, so nobody reaches stage 5';
COMMENT ON COLUMN moodle_mart.completion_funnel.course_startdate IS 'start of the course';
COMMENT ON COLUMN moodle_mart.completion_funnel.top_category_name IS
    'name of the top-level category (directorate) of the course';
COMMENT ON COLUMN moodle_mart.completion_funnel.second_category_name IS
    'name of the second-level category (unit) of the course';
COMMENT ON COLUMN moodle_mart.completion_funnel.ts_generated IS 'when this row was built';
