CREATE FUNCTION @extschema@.entity_list(
        OUT entity text, OUT comment text, OUT function text, OUT ordinal integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_entities'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE VIEW @extschema@.entities AS
    SELECT entity, comment, function FROM @extschema@.entity_list() ORDER BY ordinal;

COMMENT ON FUNCTION @extschema@.entity_list() IS 'the entities that this version knows';
COMMENT ON VIEW @extschema@.entities IS 'the entities that this version knows';
GRANT SELECT ON @extschema@.entities TO PUBLIC;
