CREATE FUNCTION @extschema@.known_functions(
        OUT function text, OUT reads boolean, OUT deprecated boolean, OUT arguments text,
        OUT capabilities text[], OUT used_by text[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_known_functions'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE VIEW @extschema@.catalogue AS
    SELECT function, deprecated, arguments, capabilities, used_by
    FROM @extschema@.known_functions() WHERE reads;

COMMENT ON FUNCTION @extschema@.known_functions() IS
    'the functions of Moodle''s own catalogue, those that write among them';
COMMENT ON VIEW @extschema@.catalogue IS
    'the functions that IMPORT FOREIGN SCHEMA makes tables of';
GRANT SELECT ON @extschema@.catalogue TO PUBLIC;
