-- ROWS 1: whatever the statistics say, a join hashes these, never what the site sends. Read from the
-- partition itself, unit by unit and in the order of its index landing_latest: nothing is sorted, and
-- where it is vacuumed no row of the table is looked at. Statistics are from before a first landing,
-- so the planner is not asked.
CREATE FUNCTION @extschema@.latest_versions(of_instance text, of_entity text, units bigint[])
    RETURNS TABLE (id bigint, unit_id bigint, record_key text, hash_content bytea,
                   is_deleted boolean)
    LANGUAGE plpgsql STABLE ROWS 1
    SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off
    SET enable_bitmapscan = off
    SET enable_sort = off
    AS $$
#variable_conflict use_column
DECLARE
    source text := @extschema@.landing_table(of_instance);
BEGIN
    IF has_table_privilege(to_regclass(source), 'SELECT') IS NOT TRUE THEN
        source := '(SELECT * FROM moodle_raw.landing WHERE instance = $1) landing';
    END IF;
    IF units IS NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT DISTINCT ON (unit_id, record_key)
                    id, unit_id, record_key::text, hash_content, is_deleted
             FROM %s WHERE entity = $2
             ORDER BY unit_id, record_key, id DESC', source) USING of_instance, of_entity;
    ELSE
        RETURN QUERY EXECUTE format(
            'SELECT latest.*
             FROM (SELECT DISTINCT unnest($3) AS unit) wanted
             CROSS JOIN LATERAL (
                 SELECT DISTINCT ON (unit_id, record_key)
                        id, unit_id, record_key::text, hash_content, is_deleted
                 FROM %s WHERE entity = $2 AND unit_id = wanted.unit
                 ORDER BY unit_id, record_key, id DESC) latest', source)
            USING of_instance, of_entity, units;
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@.latest_versions(text, text, bigint[]) IS
    'the latest version of each record of an entity, in the given units or in all (NULL); deletion marks too';
