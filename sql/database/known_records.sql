-- The same rule as landed_merged(), without the records: for counting, an index is enough.
CREATE FUNCTION @extschema@.known_records(of_instance text, of_entity text, and_gone boolean) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    SELECT count(*)
    FROM (SELECT bool_and(is_deleted) FILTER (WHERE NOT is_stored) AS served_gone,
                 bool_and(is_deleted) FILTER (WHERE is_stored) AS stored_gone
          FROM (SELECT * FROM (SELECT DISTINCT ON (unit_id, record_key) unit_id, record_key, is_deleted, false AS is_stored
                               FROM moodle_raw.landing WHERE instance = of_instance AND entity = of_entity
                               ORDER BY unit_id, record_key, id DESC) served
                UNION ALL
                SELECT * FROM (SELECT DISTINCT ON (unit_id, record_key) unit_id, record_key, is_deleted, true
                               FROM moodle_raw.landing WHERE instance = of_instance AND entity = 'db_' || of_entity
                               ORDER BY unit_id, record_key, id DESC) stored) latest
          GROUP BY unit_id, record_key) pair
    WHERE and_gone
       OR NOT CASE WHEN stored_gone IS NULL THEN served_gone
                   WHEN served_gone IS NULL OR (SELECT @extschema@.is_of_database(of_instance, of_entity)) THEN stored_gone
                   ELSE served_gone AND (stored_gone OR NOT (SELECT @extschema@.has_database(of_instance))) END
    $$;

COMMENT ON FUNCTION @extschema@.known_records(text, text, boolean) IS
    'how many records of an entity the landing has, whichever of web services and database said them: part of check_data()';
