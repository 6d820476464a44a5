CREATE TABLE @extschema@.access_rules (
    relation text PRIMARY KEY,
    rule text NOT NULL CHECK (rule IN ('course', 'person', 'whole_person', 'category', 'site',
                                       'instance', 'landing', 'anyone', 'all'))
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.access_rules', '');
COMMENT ON TABLE @extschema@.access_rules IS
    'how the rows of a table of yours are told apart, otherwise than by its columns; then SELECT moodle_fdw.apply_access()';
GRANT SELECT ON @extschema@.access_rules TO PUBLIC;
