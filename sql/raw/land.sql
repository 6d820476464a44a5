-- Asks an instance for the units of one entity, and adds a version wherever the content differs from
-- the latest one. A record that a unit's whole answer no longer holds gets a deletion mark. `units`:
-- course ids, or pairs "course:user"; NULL = the whole site.
CREATE FUNCTION @extschema@.land(
        of_run bigint, of_instance text, of_entity text, units text[],
        OUT rows_read bigint, OUT rows_new bigint, OUT rows_changed bigint, OUT rows_deleted bigint,
        OUT requests bigint, OUT retries bigint, OUT bytes bigint, OUT skipped jsonb)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET work_mem = '32MB'
    SET jit = off
    SET client_min_messages = error
    AS $$
DECLARE
    what @extschema@.raw_entities;
    asked_at timestamptz := clock_timestamp();
    first_id bigint;
    courses bigint[];
    known text;
    source text;
    guard record;
BEGIN
    SELECT * INTO STRICT what FROM @extschema@.raw_entities WHERE entity = of_entity;
    PERFORM @extschema@.forget_scans();
    IF what.unit <> 'site' THEN
        SELECT array_agg(DISTINCT split_part(unit, ':', 1)::bigint) INTO courses
        FROM unnest(units) unit;
    END IF;
    -- A complete answer tells what is gone; that of one pair tells only of itself.
    known := '@extschema@.latest_versions($1, $2, $3)';
    IF what.unit = 'enrolment' THEN
        known := format('(SELECT * FROM %s WHERE record_key = ANY ($4))', known);
    END IF;
    guard := @extschema@.landing_guard(of_instance, of_entity);
    source := format(
        'SELECT %s AS unit_id, %s AS record_key, %I::bigint AS moodle_id, %s AS hash, %s AS served
         FROM %s %s',
        CASE what.unit WHEN 'site' THEN '0::bigint' ELSE 'course_id' END,
        (SELECT string_agg(format('%I::text', name), ' || '':'' || ' ORDER BY place)
         FROM unnest(what.key_columns) WITH ORDINALITY part(name, place)),
        what.key_columns[cardinality(what.key_columns)],
        CASE what.unit WHEN 'enrolment'
             THEN 'coalesce(hash, decode(md5(reason), ''hex''))' ELSE 'hash' END,
        CASE what.unit WHEN 'enrolment'
             THEN 'coalesce(served, json_build_object(''reason'', reason))' ELSE 'served' END,
        @extschema@.served_table(of_instance, of_entity),
        CASE what.unit WHEN 'site' THEN '' WHEN 'course' THEN 'WHERE course_id = ANY ($3)'
             ELSE 'WHERE pair = ANY ($4)' END);
    IF guard.keeps <> 'true' OR guard.hashes <> '%s' THEN
        source := format('SELECT unit_id, record_key, moodle_id, %s AS hash, served FROM (%s) every WHERE %s',
                         format(guard.hashes, 'hash'), source, guard.keeps);
    END IF;
    EXECUTE format(
        'WITH written AS (
            INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key,
                data_json, hash_content, ts_extract, is_deleted, unit_id, previous_id)
            SELECT $5, $1, $2, coalesce(served.moodle_id, old.moodle_id),
                   coalesce(served.record_key, known.record_key),
                   CASE WHEN served.record_key IS NULL THEN old.data_json
                        ELSE %s END,
                   coalesce(served.hash, known.hash_content), $6, served.record_key IS NULL,
                   coalesce(served.unit_id, known.unit_id), known.id
            FROM (%s) served
            FULL JOIN %s known ON known.record_key = served.record_key
            LEFT JOIN LATERAL (SELECT landing.moodle_id, landing.data_json FROM moodle_raw.landing
                               WHERE landing.instance = $1 AND landing.id = known.id
                                 AND served.record_key IS NULL) old ON true
            WHERE CASE WHEN served.record_key IS NULL THEN NOT known.is_deleted
                       ELSE known.id IS NULL OR known.is_deleted
                            OR known.hash_content <> served.hash END
            RETURNING id, previous_id, is_deleted)
         SELECT count(*) FILTER (WHERE previous_id IS NULL),
                count(*) FILTER (WHERE previous_id IS NOT NULL AND NOT is_deleted),
                count(*) FILTER (WHERE is_deleted), min(id) FROM written',
        format(guard.records, '@extschema@.as_jsonb(served.served)'), source, known)
        INTO rows_new, rows_changed, rows_deleted, first_id
        USING of_instance, of_entity, courses, units, of_run, asked_at;
    SELECT coalesce(sum(scan.rows), 0), coalesce(sum(scan.requests), 0),
           coalesce(sum(scan.retries), 0), coalesce(sum(scan.bytes), 0),
           coalesce((SELECT jsonb_agg(cause) FROM @extschema@.last_scan() told
                     CROSS JOIN jsonb_array_elements(told.skipped) cause), '[]')
    INTO rows_read, requests, retries, bytes, skipped
    FROM @extschema@.last_scan() scan;
    -- Of a unit that was passed over, nothing is known to be gone.
    IF rows_deleted > 0 AND jsonb_array_length(skipped) > 0 THEN
        WITH taken_back AS (
            DELETE FROM moodle_raw.landing
            WHERE instance = of_instance AND entity = of_entity AND id >= first_id AND is_deleted
              AND unit_id IN (SELECT (regexp_match(cause ->> 'unit', '^course (\d+)'))[1]::bigint
                              FROM jsonb_array_elements(skipped) cause)
            RETURNING 1)
        SELECT rows_deleted - count(*) INTO rows_deleted FROM taken_back;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.land(bigint, text, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.land(bigint, text, text, text[]) IS
    'part of refresh(): asks for the units of one entity and adds the versions that are new';
