CREATE TABLE @extschema@.pseudonymised (
    instance text PRIMARY KEY,
    pseudonymised_by text NOT NULL DEFAULT CURRENT_USER,
    pseudonymised_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.pseudonymised', '');
COMMENT ON TABLE @extschema@.pseudonymised IS
    'instances whose people are kept under pseudonyms: pseudonymise() adds to it';
