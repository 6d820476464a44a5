CREATE FUNCTION @extschema@.text_bigint(value text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN value OPERATOR(pg_catalog.~) '^\s*[-+]?[0-9]{1,18}\s*$'
           THEN value::pg_catalog.int8 END
    $$;

COMMENT ON FUNCTION @extschema@.text_bigint(text) IS
    'the whole number that a text holds, NULL where it is none: part of the staging loaders';
