CREATE TABLE IF NOT EXISTS moodle_stg.due_dates (
    instance text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('assignment', 'quiz', 'calendar')),
    activity_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_module_id bigint,
    group_id bigint,
    name text,
    opens_at timestamptz,
    due_at timestamptz NOT NULL,
    closes_at timestamptz,
    is_visible boolean NOT NULL,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, kind, activity_id)
);
CREATE INDEX IF NOT EXISTS due_dates_course ON moodle_stg.due_dates (instance, moodle_course_id, due_at);
COMMENT ON TABLE moodle_stg.due_dates IS
    'what is due in each course and when: assignments, quizzes, and entries of the course''s calendar, from the site''s database';
COMMENT ON COLUMN moodle_stg.due_dates.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.due_dates.kind IS 'assignment, quiz or calendar';
COMMENT ON COLUMN moodle_stg.due_dates.activity_id IS 'its id among those of its kind';
COMMENT ON COLUMN moodle_stg.due_dates.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.due_dates.moodle_module_id IS 'the course module: what its address ends with; NULL for calendar entries';
COMMENT ON COLUMN moodle_stg.due_dates.group_id IS 'the group that a calendar entry is for; NULL = all of the course';
COMMENT ON COLUMN moodle_stg.due_dates.name IS 'its name';
COMMENT ON COLUMN moodle_stg.due_dates.opens_at IS 'from when it can be done; NULL = at once';
COMMENT ON COLUMN moodle_stg.due_dates.due_at IS 'when it is due: an assignment''s due date, a quiz''s closing, an entry''s time';
COMMENT ON COLUMN moodle_stg.due_dates.closes_at IS 'after when it can no longer be done; NULL = it can';
COMMENT ON COLUMN moodle_stg.due_dates.is_visible IS 'true = shown to learners';
COMMENT ON COLUMN moodle_stg.due_dates.ts_extract IS 'when this row was last written';
