CREATE TABLE IF NOT EXISTS moodle_stg.roles (
    instance text NOT NULL,
    moodle_role_id bigint NOT NULL,
    shortname text,
    name text,
    archetype text,
    sortorder bigint,
    description text,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_role_id)
);
COMMENT ON TABLE moodle_stg.roles IS
    'the roles of each site: those that someone has in a course, or all where a database of the site is attached';
COMMENT ON COLUMN moodle_stg.roles.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.roles.moodle_role_id IS
    'Moodle''s id of the role; differs from site to site';
COMMENT ON COLUMN moodle_stg.roles.shortname IS 'short name: student, editingteacher, ...';
COMMENT ON COLUMN moodle_stg.roles.name IS
    'name given by the site; empty for the standard roles, whose names come from the language';
COMMENT ON COLUMN moodle_stg.roles.archetype IS
    'the standard role that it was made from; NULL: no web service of Moodle''s core tells it, an attached database of the site does';
COMMENT ON COLUMN moodle_stg.roles.sortorder IS
    'rank, 1 = the highest; NULL: no web service of Moodle''s core tells it; what is called so in a participant''s roles belongs to the assignment, and is 0';
COMMENT ON COLUMN moodle_stg.roles.description IS
    'description; NULL: no web service of Moodle''s core tells it';
COMMENT ON COLUMN moodle_stg.roles.ts_extract IS
    'when Moodle was asked for the version that this row shows';
