CREATE TABLE IF NOT EXISTS moodle_stg.grade_items (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_item_id bigint NOT NULL,
    itemname text,
    itemtype text,
    itemmodule text,
    iteminstance bigint,
    itemnumber bigint,
    gradetype bigint,
    grademax numeric,
    grademin numeric,
    rangeformatted text,
    idnumber text,
    categoryid bigint,
    outcomeid bigint,
    scaleid bigint,
    cmid bigint,
    weight numeric,
    weightformatted text,
    hidden integer,
    locked integer,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_item_id)
);
COMMENT ON TABLE moodle_stg.grade_items IS
    'the columns of each course''s grade book, totals of categories and courses among them (itemtype); courses without graded people have none, unless a database of the site is attached';
COMMENT ON COLUMN moodle_stg.grade_items.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.grade_items.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.grade_items.moodle_item_id IS
    'Moodle''s id of the item, unique within the instance';
COMMENT ON COLUMN moodle_stg.grade_items.itemname IS 'name; NULL for totals';
COMMENT ON COLUMN moodle_stg.grade_items.itemtype IS
    'mod, manual, category or course (the last two: totals)';
COMMENT ON COLUMN moodle_stg.grade_items.itemmodule IS
    'activity, as assign or quiz; NULL for others';
COMMENT ON COLUMN moodle_stg.grade_items.iteminstance IS
    'the activity''s own id; for totals the grade category''s';
COMMENT ON COLUMN moodle_stg.grade_items.itemnumber IS 'which grade of the activity';
COMMENT ON COLUMN moodle_stg.grade_items.gradetype IS
    '0 = none, counts in no figure; 1 = value, 2 = scale, 3 = text; NULL: no service tells, so only an attached database of the site fills it';
COMMENT ON COLUMN moodle_stg.grade_items.grademax IS
    'greatest grade, as the report has it where the item weighs most (totals may differ)';
COMMENT ON COLUMN moodle_stg.grade_items.grademin IS 'least grade, likewise';
COMMENT ON COLUMN moodle_stg.grade_items.rangeformatted IS 'both as shown, HTML';
COMMENT ON COLUMN moodle_stg.grade_items.idnumber IS 'the institution''s own number for the item';
COMMENT ON COLUMN moodle_stg.grade_items.categoryid IS
    'grade category (not course category); NULL for totals';
COMMENT ON COLUMN moodle_stg.grade_items.outcomeid IS 'outcome';
COMMENT ON COLUMN moodle_stg.grade_items.scaleid IS
    'the scale; without an attached database as served: Moodle 4.5 serves the outcome''s id here';
COMMENT ON COLUMN moodle_stg.grade_items.cmid IS
    'course module; NULL where the token may not see the activity';
COMMENT ON COLUMN moodle_stg.grade_items.weight IS
    'weight in the total, 0 to 1, the greatest that a person''s report has (empty grades may be left out)';
COMMENT ON COLUMN moodle_stg.grade_items.weightformatted IS 'the same as shown';
COMMENT ON COLUMN moodle_stg.grade_items.hidden IS
    '1 = hidden from participants; NULL: the service tells it of grades only (grades.hidden), so only an attached database fills it';
COMMENT ON COLUMN moodle_stg.grade_items.locked IS '1 = no more changes';
COMMENT ON COLUMN moodle_stg.grade_items.ts_extract IS
    'when Moodle was asked for the version that this row shows';
