CREATE FUNCTION @extschema@.entity_columns(
        entity text, OUT ordinal integer, OUT name text, OUT type text, OUT comment text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_entity_columns'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.entity_columns(text) IS 'the columns of one entity''s tables';
