CREATE FUNCTION @extschema@.text_numeric(value text) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN value OPERATOR(pg_catalog.~)
                     '^\s*[-+]?[0-9]{1,100}(\.[0-9]{0,100})?([eE][-+]?[0-9]{1,2})?\s*$'
           THEN value::pg_catalog.numeric END
    $$;

COMMENT ON FUNCTION @extschema@.text_numeric(text) IS
    'the number that a text holds, NULL where it is none: part of the staging loaders';
