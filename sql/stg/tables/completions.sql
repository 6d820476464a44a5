-- Room in each page, so that a change of a row stays in it and touches no index.
CREATE TABLE IF NOT EXISTS moodle_stg.completions (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    completionstate integer,
    viewed integer,
    timemodified bigint,
    modified_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timemodified > 0 AND timemodified < 253402300800 THEN to_timestamp(timemodified) END) STORED,
    completed_at timestamptz,
    started_at timestamptz,
    aggregation bigint,
    criteria_total integer,
    criteria_done integer,
    reason text,
    criteria jsonb,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_user_id)
) WITH (fillfactor = 90);
COMMENT ON TABLE moodle_stg.completions IS
    'each participant''s completion of each course';
COMMENT ON COLUMN moodle_stg.completions.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.completions.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.completions.moodle_user_id IS 'the participant';
COMMENT ON COLUMN moodle_stg.completions.completionstate IS
    '1 = the course is completed, 0 = not yet, NULL = there is no status: reason says why';
COMMENT ON COLUMN moodle_stg.completions.viewed IS
    '1 = viewed; NULL: the service tells nothing of it';
COMMENT ON COLUMN moodle_stg.completions.timemodified IS
    'epoch at which the latest of the criteria was met; NULL = none has been. Of the course as a whole the service tells no time';
COMMENT ON COLUMN moodle_stg.completions.modified_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.completions.completed_at IS
    'when the course was completed: where a database of the site is attached, as Moodle noted it; else when the latest of the criteria was met';
COMMENT ON COLUMN moodle_stg.completions.started_at IS
    'when the person first did something that counts; NULL: not yet, or no database of the site is attached';
COMMENT ON COLUMN moodle_stg.completions.aggregation IS '1 = all criteria are needed, 2 = any one';
COMMENT ON COLUMN moodle_stg.completions.criteria_total IS
    'how many criteria the course has; NULL where there is no status';
COMMENT ON COLUMN moodle_stg.completions.criteria_done IS 'how many of them are met';
COMMENT ON COLUMN moodle_stg.completions.reason IS
    'why there is no status, as no completion criteria set; NULL where there is one';
COMMENT ON COLUMN moodle_stg.completions.criteria IS
    'the criteria: [{type, title, status, complete, timecompleted, details}]; type 1 = self, 2 = date, 3 = unenrolment, 4 = activity, 5 = duration, 6 = grade, 7 = role, 8 = course';
COMMENT ON COLUMN moodle_stg.completions.ts_extract IS
    'when Moodle was asked for the version that this row shows';
