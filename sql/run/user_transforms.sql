CREATE TABLE @extschema@.user_transforms (
    name text PRIMARY KEY,
    layer text NOT NULL CHECK (layer IN ('stg', 'mart')),
    statement text NOT NULL,
    depends_on text[] NOT NULL DEFAULT '{}',
    added_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    added_by text NOT NULL DEFAULT CURRENT_USER
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.user_transforms', '');
COMMENT ON TABLE @extschema@.user_transforms IS 'add_transform() and remove_transform() keep it';
