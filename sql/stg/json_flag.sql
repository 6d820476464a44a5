-- Moodle serves flags as true and false, as 1 and 0, or as these in strings.
CREATE FUNCTION @extschema@.json_flag(record jsonb, field text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN (record OPERATOR(pg_catalog.->>) field)
                     OPERATOR(pg_catalog.=) ANY ('{true,1}'::pg_catalog.text[]) THEN 1
                WHEN (record OPERATOR(pg_catalog.->>) field)
                     OPERATOR(pg_catalog.=) ANY ('{false,0}'::pg_catalog.text[]) THEN 0
           END
    $$;

COMMENT ON FUNCTION @extschema@.json_flag(jsonb, text) IS
    'a flag of a record as 0 or 1, NULL where it is none: part of the staging loaders';
