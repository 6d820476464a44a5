-- Room in each page, so that a change of a row stays in it and touches no index.
CREATE TABLE IF NOT EXISTS moodle_stg.enrolments (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    roleid_moodle bigint,
    role_shortname text,
    roles bigint[],
    role_shortnames text[],
    status integer,
    timecreated bigint,
    created_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timecreated > 0 AND timecreated < 253402300800 THEN to_timestamp(timecreated) END) STORED,
    timemodified bigint,
    modified_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timemodified > 0 AND timemodified < 253402300800 THEN to_timestamp(timemodified) END) STORED,
    timestart bigint,
    starts_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timestart > 0 AND timestart < 253402300800 THEN to_timestamp(timestart) END) STORED,
    timeend bigint,
    ends_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timeend > 0 AND timeend < 253402300800 THEN to_timestamp(timeend) END) STORED,
    method text,
    methods text[],
    firstcourseaccess bigint,
    firstcourseaccess_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN firstcourseaccess > 0 AND firstcourseaccess < 253402300800 THEN to_timestamp(firstcourseaccess) END) STORED,
    lastcourseaccess bigint,
    lastcourseaccess_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN lastcourseaccess > 0 AND lastcourseaccess < 253402300800 THEN to_timestamp(lastcourseaccess) END) STORED,
    groups jsonb,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_user_id)
) WITH (fillfactor = 90);
CREATE INDEX IF NOT EXISTS enrolments_user ON moodle_stg.enrolments (instance, moodle_user_id);
CREATE INDEX IF NOT EXISTS enrolments_ranked ON moodle_stg.enrolments (instance)
    WHERE cardinality(roles) > 1;
COMMENT ON TABLE moodle_stg.enrolments IS
    'who takes part in which course, one row for each however many methods and roles';
COMMENT ON COLUMN moodle_stg.enrolments.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.enrolments.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.enrolments.moodle_user_id IS 'the person';
COMMENT ON COLUMN moodle_stg.enrolments.roleid_moodle IS
    'the highest-ranking of the roles: by roles.sortorder where known, else by role_ranks, else the least id; NULL = no role';
COMMENT ON COLUMN moodle_stg.enrolments.role_shortname IS 'its short name';
COMMENT ON COLUMN moodle_stg.enrolments.roles IS
    'all roles in the course, each once, the highest-ranking first; empty = none, NULL = not told';
COMMENT ON COLUMN moodle_stg.enrolments.role_shortnames IS 'their short names, in the same order';
COMMENT ON COLUMN moodle_stg.enrolments.status IS
    '0 = active, 1 = suspended, or by disabled methods alone; NULL: no service tells, so only an attached database of the site fills it';
COMMENT ON COLUMN moodle_stg.enrolments.timecreated IS
    'epoch of the enrolment; NULL: no service tells, so only an attached database of the site fills it';
COMMENT ON COLUMN moodle_stg.enrolments.created_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.enrolments.timemodified IS
    'epoch of the last change of the enrolment; NULL likewise';
COMMENT ON COLUMN moodle_stg.enrolments.modified_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.enrolments.method IS
    'how the person was enrolled: manual, self, cohort, ...; of several, one that is active, then the oldest; NULL likewise';
COMMENT ON COLUMN moodle_stg.enrolments.methods IS 'all of them, each once; NULL likewise';
COMMENT ON COLUMN moodle_stg.enrolments.timestart IS
    'epoch from which the person may enter; 0 = at once; NULL likewise';
COMMENT ON COLUMN moodle_stg.enrolments.starts_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.enrolments.timeend IS
    'epoch until which the person may enter; 0 = without end; NULL likewise';
COMMENT ON COLUMN moodle_stg.enrolments.ends_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.enrolments.firstcourseaccess IS
    'epoch of the first access to the course; NULL: neither the services nor the database''s tables tell it, only the log does';
COMMENT ON COLUMN moodle_stg.enrolments.firstcourseaccess_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.enrolments.lastcourseaccess IS
    'epoch of the last access to the course as of ts_extract; 0 = never';
COMMENT ON COLUMN moodle_stg.enrolments.lastcourseaccess_at IS 'the same as a time; NULL = never';
COMMENT ON COLUMN moodle_stg.enrolments.groups IS
    'groups in the course: [{id, name, description, descriptionformat}]';
COMMENT ON COLUMN moodle_stg.enrolments.ts_extract IS
    'when Moodle was asked for the version that this row shows';
