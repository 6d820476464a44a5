CREATE TABLE IF NOT EXISTS moodle_mart.grade_distribution (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    course_name text,
    course_shortname text,
    moodle_item_id bigint NOT NULL,
    item_name text,
    item_type text,
    item_module text,
    bucket integer NOT NULL,
    pct_from integer NOT NULL,
    pct_to integer NOT NULL,
    bucket_label text NOT NULL,
    grades bigint NOT NULL,
    avg_pct numeric NOT NULL,
    top_category_name text,
    second_category_name text,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_item_id, bucket)
);
COMMENT ON TABLE moodle_mart.grade_distribution IS
    'how the students'' grades on each item spread over ten steps of 10 %: one row for each item and step that has grades. Sum grades over the items for a course''s, over all for a site''s';
COMMENT ON COLUMN moodle_mart.grade_distribution.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.grade_distribution.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_mart.grade_distribution.course_name IS 'full name of the course, HTML as served';
COMMENT ON COLUMN moodle_mart.grade_distribution.course_shortname IS 'short name of the course, HTML as served';
COMMENT ON COLUMN moodle_mart.grade_distribution.moodle_item_id IS
    'the grade item: never a course or category total';
COMMENT ON COLUMN moodle_mart.grade_distribution.item_name IS 'name of the item';
COMMENT ON COLUMN moodle_mart.grade_distribution.item_type IS 'mod = an activity, manual = entered by hand';
COMMENT ON COLUMN moodle_mart.grade_distribution.item_module IS 'kind of activity: quiz, assign, ...';
COMMENT ON COLUMN moodle_mart.grade_distribution.bucket IS
    '1 = below 10 % (and below 0), ... 10 = 90 % and more (and above 100)';
COMMENT ON COLUMN moodle_mart.grade_distribution.pct_from IS 'lower bound of the step, within it';
COMMENT ON COLUMN moodle_mart.grade_distribution.pct_to IS 'upper bound of the step, not within it, but for 100';
COMMENT ON COLUMN moodle_mart.grade_distribution.bucket_label IS 'the step in words that sort: 00-10 %, ... 90-100 %';
COMMENT ON COLUMN moodle_mart.grade_distribution.grades IS 'how many grades lie in it';
COMMENT ON COLUMN moodle_mart.grade_distribution.avg_pct IS 'mean of these grades in per cent';
COMMENT ON COLUMN moodle_mart.grade_distribution.top_category_name IS
    'name of the top-level category (directorate) of the course';
COMMENT ON COLUMN moodle_mart.grade_distribution.second_category_name IS
    'name of the second-level category (unit) of the course';
COMMENT ON COLUMN moodle_mart.grade_distribution.ts_generated IS 'when this row was built';
