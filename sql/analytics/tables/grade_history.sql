CREATE TABLE IF NOT EXISTS moodle_stg.grade_history (
    instance text NOT NULL,
    history_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_item_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    grade_id bigint NOT NULL,
    itemtype text,
    action integer NOT NULL,
    source text,
    changed_by bigint,
    finalgrade numeric,
    grademin numeric,
    grademax numeric,
    overridden boolean NOT NULL,
    has_feedback boolean NOT NULL,
    changed_at timestamptz,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, history_id)
);
CREATE INDEX IF NOT EXISTS grade_history_grade ON moodle_stg.grade_history (instance, grade_id, history_id);
CREATE INDEX IF NOT EXISTS grade_history_course ON moodle_stg.grade_history (instance, moodle_course_id, changed_at);
COMMENT ON TABLE moodle_stg.grade_history IS
    'every version of every grade that the site keeps, from its database; what the site prunes stays here';
COMMENT ON COLUMN moodle_stg.grade_history.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.grade_history.history_id IS 'its id there';
COMMENT ON COLUMN moodle_stg.grade_history.moodle_course_id IS 'the course; 0 = of an item that is gone, of which nothing is known';
COMMENT ON COLUMN moodle_stg.grade_history.moodle_item_id IS 'the grade item';
COMMENT ON COLUMN moodle_stg.grade_history.moodle_user_id IS 'who has the grade';
COMMENT ON COLUMN moodle_stg.grade_history.grade_id IS 'the grade that this is a version of';
COMMENT ON COLUMN moodle_stg.grade_history.itemtype IS 'mod, manual, or a total: course, category; NULL = the item is gone';
COMMENT ON COLUMN moodle_stg.grade_history.action IS '1 = made, 2 = changed, 3 = deleted';
COMMENT ON COLUMN moodle_stg.grade_history.source IS
    'what changed it: mod/assign, mod/quiz, gradebook, manual, aggregation, system, ...';
COMMENT ON COLUMN moodle_stg.grade_history.changed_by IS 'who was logged in then; NULL = nobody';
COMMENT ON COLUMN moodle_stg.grade_history.finalgrade IS 'the grade; NULL = none';
COMMENT ON COLUMN moodle_stg.grade_history.grademin IS 'least grade then';
COMMENT ON COLUMN moodle_stg.grade_history.grademax IS 'greatest grade then';
COMMENT ON COLUMN moodle_stg.grade_history.overridden IS 'true = set in the grade book, over what the activity gave';
COMMENT ON COLUMN moodle_stg.grade_history.has_feedback IS 'true = with feedback in words';
COMMENT ON COLUMN moodle_stg.grade_history.changed_at IS 'when';
COMMENT ON COLUMN moodle_stg.grade_history.ts_extract IS 'when this row was written';
