CREATE TABLE IF NOT EXISTS moodle_stg.modules (
    instance text NOT NULL,
    moodle_module_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    component text NOT NULL,
    activity_id bigint NOT NULL,
    name text,
    address text,
    visible integer,
    added bigint,
    added_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN added > 0 AND added < 253402300800 THEN to_timestamp(added) END) STORED,
    kind text NOT NULL DEFAULT 'other',
    is_gone boolean NOT NULL DEFAULT false,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_module_id)
);
CREATE INDEX IF NOT EXISTS modules_course ON moodle_stg.modules (instance, moodle_course_id);
COMMENT ON TABLE moodle_stg.modules IS
    'the activities of each course, from the site''s database; one that is gone stays, since there are events of it';
COMMENT ON COLUMN moodle_stg.modules.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.modules.moodle_module_id IS 'the course module: events.context_instance_id where context_level is 70';
COMMENT ON COLUMN moodle_stg.modules.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.modules.component IS 'the kind of activity in Moodle''s words: mod_quiz, ...';
COMMENT ON COLUMN moodle_stg.modules.activity_id IS 'its id among activities of that kind';
COMMENT ON COLUMN moodle_stg.modules.name IS 'its name, where that table of the site can be read';
COMMENT ON COLUMN moodle_stg.modules.address IS 'where a link leads';
COMMENT ON COLUMN moodle_stg.modules.visible IS '1 = shown to learners';
COMMENT ON COLUMN moodle_stg.modules.added IS 'epoch of its making';
COMMENT ON COLUMN moodle_stg.modules.added_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.modules.kind IS 'what a view of it counts as, by moodle_mart.activity_kinds';
COMMENT ON COLUMN moodle_stg.modules.is_gone IS 'the site no longer has it';
COMMENT ON COLUMN moodle_stg.modules.ts_extract IS 'when the site''s database was asked';
