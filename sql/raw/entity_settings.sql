-- What the user set otherwise than raw_entities has it; NULL = as it is there.
CREATE TABLE @extschema@.entity_settings (
    entity text PRIMARY KEY,
    enabled boolean,
    volatile_fields text[],
    closed_after interval,
    late_after interval
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.entity_settings', '');
COMMENT ON TABLE @extschema@.entity_settings IS
    'what a refresh does otherwise than by default, per entity: see the columns of raw_entities';
