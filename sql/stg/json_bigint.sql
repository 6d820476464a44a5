-- An id, a count or an epoch: NULL where it is no number or none that bigint holds.
CREATE FUNCTION @extschema@.json_bigint(record jsonb, field text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE pg_catalog.jsonb_typeof(record OPERATOR(pg_catalog.->) field)
           WHEN 'number' THEN
               CASE WHEN (record OPERATOR(pg_catalog.->) field)::pg_catalog.numeric
                         BETWEEN -9223372036854775808 AND 9223372036854775807
               THEN (record OPERATOR(pg_catalog.->) field)::pg_catalog.int8 END
           WHEN 'string' THEN @extschema@.text_bigint(record OPERATOR(pg_catalog.->>) field)
           END
    $$;

COMMENT ON FUNCTION @extschema@.json_bigint(jsonb, text) IS
    'a whole number of a record, NULL where it is none: part of the staging loaders';
