CREATE TABLE @extschema@.loaded (
    instance text NOT NULL,
    transform text NOT NULL,
    up_to_id bigint NOT NULL,
    PRIMARY KEY (instance, transform)
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.loaded', '');
COMMENT ON TABLE @extschema@.loaded IS
    'up to which id of moodle_raw.landing each transform has seen an instance';
