-- One row while row security is on.
CREATE TABLE @extschema@.access_state (
    enabled boolean PRIMARY KEY CHECK (enabled),
    enabled_by text NOT NULL DEFAULT CURRENT_USER,
    enabled_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.access_state', '');
COMMENT ON TABLE @extschema@.access_state IS
    'one row while row security of the warehouse is on: enable_access() and disable_access() keep it';
GRANT SELECT ON @extschema@.access_state TO PUBLIC;
