-- A number of a record, also where it is served as a string; anything else ("", "-", null) is NULL.
-- Small enough for the planner to put its body in the caller's place: so no SET clause.
CREATE FUNCTION @extschema@.json_numeric(record jsonb, field text) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE pg_catalog.jsonb_typeof(record OPERATOR(pg_catalog.->) field)
           WHEN 'number' THEN (record OPERATOR(pg_catalog.->) field)::pg_catalog.numeric
           WHEN 'string' THEN @extschema@.text_numeric(record OPERATOR(pg_catalog.->>) field)
           END
    $$;

COMMENT ON FUNCTION @extschema@.json_numeric(jsonb, text) IS
    'a number of a record, NULL where it is none: part of the staging loaders';
