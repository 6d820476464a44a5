-- Room in each page, so that a change of a row stays in it and touches no index.
CREATE TABLE IF NOT EXISTS moodle_stg.grades (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    moodle_item_id bigint NOT NULL,
    rawgrade numeric,
    finalgrade numeric,
    rawgrademax numeric,
    rawgrademin numeric,
    timecreated bigint,
    submitted_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timecreated > 0 AND timecreated < 253402300800 THEN to_timestamp(timecreated) END) STORED,
    timemodified bigint,
    graded_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timemodified > 0 AND timemodified < 253402300800 THEN to_timestamp(timemodified) END) STORED,
    feedback text,
    feedbackformat bigint,
    overridden integer,
    hidden integer,
    hiddenbydate integer,
    locked integer,
    needsupdate integer,
    status text,
    weight numeric,
    weightformatted text,
    gradeformatted text,
    lettergradeformatted text,
    percentageformatted text,
    rank bigint,
    numusers bigint,
    averageformatted text,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_user_id, moodle_item_id)
) WITH (fillfactor = 90);
COMMENT ON TABLE moodle_stg.grades IS
    'the grades of each person for each item of the course, totals among them (grade_items.itemtype), also where nothing is graded yet (from a database alone: where it has a row)';
COMMENT ON COLUMN moodle_stg.grades.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.grades.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.grades.moodle_user_id IS 'whose grade';
COMMENT ON COLUMN moodle_stg.grades.moodle_item_id IS 'the grade item';
COMMENT ON COLUMN moodle_stg.grades.rawgrade IS
    'where a database of the site is attached, the grade before overriding and scaling; else what the service calls graderaw, which is the final grade; NULL = not graded, or given in the grade book itself';
COMMENT ON COLUMN moodle_stg.grades.finalgrade IS
    'the final grade, as the report of the course has it; NULL = not graded';
COMMENT ON COLUMN moodle_stg.grades.rawgrademax IS
    'the greatest grade, as this person''s report has it';
COMMENT ON COLUMN moodle_stg.grades.rawgrademin IS 'the least grade, likewise';
COMMENT ON COLUMN moodle_stg.grades.timecreated IS
    'epoch of the submission (Moodle keeps it as timecreated); NULL = none';
COMMENT ON COLUMN moodle_stg.grades.submitted_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.grades.timemodified IS 'epoch of the grading; NULL = not graded';
COMMENT ON COLUMN moodle_stg.grades.graded_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.grades.feedback IS
    'feedback to the person, HTML as served; empty = none';
COMMENT ON COLUMN moodle_stg.grades.feedbackformat IS
    '1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown';
COMMENT ON COLUMN moodle_stg.grades.overridden IS '1 = set by hand in the grade book';
COMMENT ON COLUMN moodle_stg.grades.hidden IS '1 = hidden from the person';
COMMENT ON COLUMN moodle_stg.grades.hiddenbydate IS '1 = hidden until a date';
COMMENT ON COLUMN moodle_stg.grades.locked IS '1 = no more changes';
COMMENT ON COLUMN moodle_stg.grades.needsupdate IS
    '1 = the site had yet to compute it, as of ts_extract';
COMMENT ON COLUMN moodle_stg.grades.status IS
    'in the total: novalue, dropped, excluded, extra, ...; NULL where it counts, or the service says none';
COMMENT ON COLUMN moodle_stg.grades.weight IS 'weight in this person''s total, 0 to 1';
COMMENT ON COLUMN moodle_stg.grades.weightformatted IS 'the same as shown';
COMMENT ON COLUMN moodle_stg.grades.gradeformatted IS 'the grade as shown; may hold HTML';
COMMENT ON COLUMN moodle_stg.grades.lettergradeformatted IS 'letter as shown';
COMMENT ON COLUMN moodle_stg.grades.percentageformatted IS 'percentage as shown';
COMMENT ON COLUMN moodle_stg.grades.rank IS
    'place among the participants as of ts_extract; NULL where the report does not show it';
COMMENT ON COLUMN moodle_stg.grades.numusers IS 'of how many, likewise';
COMMENT ON COLUMN moodle_stg.grades.averageformatted IS 'the course''s average as shown, likewise';
COMMENT ON COLUMN moodle_stg.grades.ts_extract IS
    'when Moodle was asked for the version that this row shows';
