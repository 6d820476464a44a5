-- ROWS 1: whatever the statistics say, a join hashes these, never what the site sends.
CREATE FUNCTION @extschema@.latest_versions(of_instance text, of_entity text, units bigint[])
    RETURNS TABLE (id bigint, unit_id bigint, record_key text, hash_content bytea,
                   is_deleted boolean)
    LANGUAGE plpgsql STABLE ROWS 1
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
BEGIN
    IF units IS NULL THEN
        RETURN QUERY EXECUTE
            'SELECT DISTINCT ON (unit_id, record_key) id, unit_id, record_key::text, hash_content, is_deleted
             FROM moodle_raw.landing WHERE instance = $1 AND entity = $2
             ORDER BY unit_id, record_key, id DESC' USING of_instance, of_entity;
    ELSE
        RETURN QUERY EXECUTE
            'SELECT DISTINCT ON (unit_id, record_key) id, unit_id, record_key::text, hash_content, is_deleted
             FROM moodle_raw.landing WHERE instance = $1 AND entity = $2 AND unit_id = ANY ($3)
             ORDER BY unit_id, record_key, id DESC' USING of_instance, of_entity, units;
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@.latest_versions(text, text, bigint[]) IS
    'the latest version of each record of an entity, in the given units or in all (NULL); deletion marks too';
