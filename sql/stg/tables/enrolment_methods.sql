CREATE TABLE IF NOT EXISTS moodle_stg.enrolment_methods (
    instance text NOT NULL,
    method_id bigint NOT NULL,
    moodle_course_id bigint,
    course bigint GENERATED ALWAYS AS (moodle_course_id) STORED,
    type text,
    name text,
    enabled integer,
    problem text,
    wsfunction text,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, method_id)
);
COMMENT ON TABLE moodle_stg.enrolment_methods IS
    'the enrolment methods of courses, as far as the service tells: of core, self enrolment and guest access, never manual or cohort; all where a database of the site is attached';
COMMENT ON COLUMN moodle_stg.enrolment_methods.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.enrolment_methods.method_id IS
    'Moodle''s id of the method in the course (mdl_enrol)';
COMMENT ON COLUMN moodle_stg.enrolment_methods.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.enrolment_methods.course IS 'the course: the same as moodle_course_id';
COMMENT ON COLUMN moodle_stg.enrolment_methods.type IS 'plugin: self, guest, ...';
COMMENT ON COLUMN moodle_stg.enrolment_methods.name IS 'name as shown';
COMMENT ON COLUMN moodle_stg.enrolment_methods.enabled IS
    '1 = people can enrol by it now; 0 = not: disabled, closed, full';
COMMENT ON COLUMN moodle_stg.enrolment_methods.problem IS
    'why not, in the words of the site; NULL = none';
COMMENT ON COLUMN moodle_stg.enrolment_methods.wsfunction IS
    'the function of the service that tells more';
COMMENT ON COLUMN moodle_stg.enrolment_methods.ts_extract IS
    'when Moodle was asked for the version that this row shows';
