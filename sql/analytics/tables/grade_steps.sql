CREATE TABLE IF NOT EXISTS moodle_mart.grade_steps (
    instance text NOT NULL,
    history_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_item_id bigint NOT NULL,
    itemtype text,
    moodle_user_id bigint NOT NULL,
    changed_at timestamptz,
    change text NOT NULL CHECK (change IN ('given', 'raised', 'lowered', 'withdrawn', 'deleted', 'feedback', 'overridden')),
    old_grade numeric,
    new_grade numeric,
    old_pct numeric,
    new_pct numeric,
    changed_by bigint,
    by_hand boolean NOT NULL,
    source text,
    overridden boolean NOT NULL,
    has_feedback boolean NOT NULL,
    PRIMARY KEY (instance, history_id)
);
CREATE INDEX IF NOT EXISTS grade_steps_course ON moodle_mart.grade_steps (instance, moodle_course_id, changed_at);
CREATE INDEX IF NOT EXISTS grade_steps_person ON moodle_mart.grade_steps (instance, moodle_user_id);
COMMENT ON TABLE moodle_mart.grade_steps IS
    'each change of a grade, from one version of the site''s grade history to the next; versions that change nothing are left out. moodle_mart.grade_changes shows it with names';
COMMENT ON COLUMN moodle_mart.grade_steps.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.grade_steps.history_id IS 'the version of the grade that brought it: grade_history.history_id';
COMMENT ON COLUMN moodle_mart.grade_steps.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.grade_steps.moodle_item_id IS 'the grade item';
COMMENT ON COLUMN moodle_mart.grade_steps.itemtype IS 'mod, manual, or a total: course, category; NULL = the item is gone';
COMMENT ON COLUMN moodle_mart.grade_steps.moodle_user_id IS 'whose grade it is';
COMMENT ON COLUMN moodle_mart.grade_steps.changed_at IS 'when';
COMMENT ON COLUMN moodle_mart.grade_steps.change IS
    'given: where there was none; raised; lowered; withdrawn: no grade any more; deleted; overridden: taken from the activity, or given back to it, at the same value; feedback: with words now, at the same value';
COMMENT ON COLUMN moodle_mart.grade_steps.old_grade IS 'the grade before; NULL = none';
COMMENT ON COLUMN moodle_mart.grade_steps.new_grade IS 'the grade after; NULL = none';
COMMENT ON COLUMN moodle_mart.grade_steps.old_pct IS 'the grade before, in per cent of the item''s range then';
COMMENT ON COLUMN moodle_mart.grade_steps.new_pct IS 'the grade after, likewise';
COMMENT ON COLUMN moodle_mart.grade_steps.changed_by IS 'who was logged in then; NULL = nobody';
COMMENT ON COLUMN moodle_mart.grade_steps.by_hand IS
    'true = by another person than the learner, in an activity or the grade book; false = computed: totals, imports, quizzes';
COMMENT ON COLUMN moodle_mart.grade_steps.source IS 'what changed it: mod/assign, gradebook, manual, aggregation, system, ...';
COMMENT ON COLUMN moodle_mart.grade_steps.overridden IS 'true = the grade book overrides the activity since';
COMMENT ON COLUMN moodle_mart.grade_steps.has_feedback IS 'true = there is feedback in words';
