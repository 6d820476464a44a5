-- What land() is for web services: reads a range of courses of one entity, or all of it, from the
-- attached database, and adds a version wherever the content differs from the latest one. Read in one
-- go and joined by hash, which spills: memory does not grow with the site. The planner knows nothing of
-- how much that is, and a loop over it could take hours; what stands here is looked up one by one all
-- the same (OFFSET 0).
CREATE FUNCTION @extschema@.land_database(
        of_run bigint, of_instance text, of_entity text, low bigint, high bigint,
        OUT rows_read bigint, OUT rows_new bigint, OUT rows_changed bigint, OUT rows_deleted bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET enable_nestloop = off
    SET work_mem = '32MB'
    SET jit = off
    AS $$
DECLARE
    what @extschema@.database_entities;
    asked_at timestamptz := clock_timestamp();
    excluded text[];
    units bigint[];
    source text;
    guard record;
BEGIN
    SELECT * INTO STRICT what FROM @extschema@.database_entities WHERE entity = of_entity;
    excluded := what.volatile_fields || CASE WHEN @extschema@.has_services(of_instance)
                                             THEN what.served_fields ELSE '{}' END;
    EXECUTE format('SELECT @extschema@.%I($1, $2, $3)', 'database_' || what.same_as)
        INTO source USING of_instance, low, high;
    IF source IS NULL THEN
        RAISE EXCEPTION 'the database of "%" does not have what % is read from', of_instance, of_entity
            USING ERRCODE = 'undefined_table',
                  HINT = format('SELECT * FROM moodle_fdw.check_database(%L) WHERE problem IS NOT NULL says what is missing; INSERT INTO moodle_fdw.entity_settings (entity, enabled) VALUES (%L, false) does without.', of_instance, of_entity);
    END IF;
    IF what.unit = 'course' THEN
        -- Those that are gone are of the range too: what was known of them has no more record.
        units := ARRAY(SELECT DISTINCT moodle_id FROM moodle_raw.landing
                       WHERE instance = of_instance AND entity = 'db_course'
                         AND moodle_id >= low AND moodle_id <= high);
    END IF;
    guard := @extschema@.landing_guard(of_instance, of_entity);
    EXECUTE format(
        'WITH served AS MATERIALIZED (
             SELECT part.unit_id, part.record_key, part.moodle_id, %s AS served, %s AS hash
             FROM (%s) part WHERE %s),
         written AS (
            INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key,
                data_json, hash_content, ts_extract, is_deleted, unit_id, previous_id)
            SELECT $5, $1, $2, coalesce(served.moodle_id, old.moodle_id),
                   coalesce(served.record_key, known.record_key), coalesce(served.served, old.data_json),
                   coalesce(served.hash, known.hash_content), $6, served.record_key IS NULL,
                   coalesce(served.unit_id, known.unit_id), known.id
            FROM served
            FULL JOIN @extschema@.latest_versions($1, $2, $3) known
                 ON known.record_key = served.record_key AND known.unit_id = served.unit_id
            LEFT JOIN LATERAL (SELECT landing.moodle_id, landing.data_json FROM moodle_raw.landing
                               WHERE landing.instance = $1 AND landing.id = known.id
                                 AND served.record_key IS NULL OFFSET 0) old ON true
            WHERE CASE WHEN served.record_key IS NULL THEN NOT known.is_deleted
                       ELSE known.id IS NULL OR known.is_deleted OR known.hash_content <> served.hash END
            RETURNING previous_id, is_deleted)
         SELECT count(*) FILTER (WHERE previous_id IS NULL),
                count(*) FILTER (WHERE previous_id IS NOT NULL AND NOT is_deleted),
                count(*) FILTER (WHERE is_deleted), (SELECT count(*) FROM served) FROM written',
        format(guard.records, 'part.served'),
        format(guard.hashes, 'decode(md5((part.served - $4)::text), ''hex'')'), source, guard.keeps)
        INTO rows_new, rows_changed, rows_deleted, rows_read
        USING of_instance, of_entity, units, excluded, of_run, asked_at;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.land_database(bigint, text, text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.land_database(bigint, text, text, bigint, bigint) IS
    'part of refresh(): reads a part of an attached database and adds the versions that are new';
