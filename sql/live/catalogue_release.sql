CREATE FUNCTION @extschema@.catalogue_release() RETURNS text
    AS 'MODULE_PATHNAME', 'moodle_fdw_catalogue_release'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.catalogue_release() IS
    'the Moodle that the catalogue of functions was taken from';
