-- What landed() gives, and where a database is attached the record of web services and that of the
-- database as one. Both latest versions are looked up whichever of the two is new, so it makes no
-- difference which came first. What web services say counts; the database adds what they leave out.
-- Roles are the other way round: web services know only those that someone has. Of a record that web
-- services no longer list, or never did, the database decides whether it is there, while it is attached.
-- Without web services it decides everything.
-- Where there is but one of the two, it is read as it stands. A first load joins them whole; of a
-- later range each record is looked up.
-- The planner puts the body in the caller's place: so no SET clause, and STABLE.
CREATE FUNCTION @extschema@.landed_merged(instance text, entity text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (id bigint, moodle_id bigint, record_key text, unit_id bigint, data_json jsonb,
                   ts_extract timestamptz, is_deleted boolean)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.id, version.moodle_id, version.record_key, version.unit_id, version.data_json,
           version.ts_extract, version.is_deleted
    FROM @extschema@.landed($1, $2, $3, $4) version
    WHERE NOT (SELECT @extschema@.any_from($1, 'db_' OPERATOR(pg_catalog.||) $2))
    UNION ALL
    SELECT version.id, version.moodle_id, version.record_key, version.unit_id, version.data_json,
           version.ts_extract, version.is_deleted
    FROM @extschema@.landed($1, 'db_' OPERATOR(pg_catalog.||) $2, $3, $4) version
    WHERE NOT (SELECT @extschema@.any_from($1, $2))
    UNION ALL
    SELECT greatest(pair.served_id, pair.stored_id), pair.moodle_id, pair.record_key, pair.unit_id,
           CASE WHEN pair.stored_id IS NULL OR pair.stored_gone AND NOT pair.served_gone THEN pair.served
                WHEN pair.served_id IS NULL OR pair.served_gone AND NOT pair.stored_gone THEN pair.stored
                WHEN (SELECT @extschema@.is_of_database($1, $2))
                THEN pair.served OPERATOR(pg_catalog.||) pair.stored
                ELSE pair.stored OPERATOR(pg_catalog.||) pg_catalog.jsonb_strip_nulls(pair.served) END,
           greatest(pair.served_at, pair.stored_at),
           CASE WHEN pair.stored_id IS NULL THEN pair.served_gone
                WHEN pair.served_id IS NULL OR (SELECT @extschema@.is_of_database($1, $2)) THEN pair.stored_gone
                ELSE pair.served_gone AND (pair.stored_gone OR NOT (SELECT @extschema@.has_database($1))) END
    FROM (SELECT coalesce(served.unit_id, stored.unit_id) AS unit_id,
                 coalesce(served.record_key, stored.record_key) AS record_key,
                 coalesce(served.moodle_id, stored.moodle_id) AS moodle_id,
                 served.id AS served_id, served.data_json AS served, served.ts_extract AS served_at,
                 served.is_deleted AS served_gone,
                 stored.id AS stored_id, stored.data_json AS stored, stored.ts_extract AS stored_at,
                 stored.is_deleted AS stored_gone
          FROM @extschema@.landed($1, $2, 0, $4) served
          FULL JOIN @extschema@.landed($1, 'db_' OPERATOR(pg_catalog.||) $2, 0, $4) stored
               ON stored.record_key OPERATOR(pg_catalog.=) served.record_key
              AND stored.unit_id OPERATOR(pg_catalog.=) served.unit_id
          WHERE $3 OPERATOR(pg_catalog.=) 0
          UNION ALL
          SELECT touched.unit_id, touched.record_key, coalesce(served.moodle_id, stored.moodle_id),
                 served.id, served.data_json, served.ts_extract, served.is_deleted,
                 stored.id, stored.data_json, stored.ts_extract, stored.is_deleted
          FROM (SELECT DISTINCT version.unit_id, version.record_key
                FROM moodle_raw.landing version
                WHERE version.instance OPERATOR(pg_catalog.=) $1
                  AND version.entity OPERATOR(pg_catalog.=) ANY (ARRAY[$2, 'db_' OPERATOR(pg_catalog.||) $2])
                  AND version.id OPERATOR(pg_catalog.>) $3
                  AND version.id OPERATOR(pg_catalog.<=) $4) touched
          LEFT JOIN LATERAL (SELECT version.* FROM moodle_raw.landing version
                             WHERE version.instance OPERATOR(pg_catalog.=) $1
                               AND version.entity OPERATOR(pg_catalog.=) $2
                               AND version.unit_id OPERATOR(pg_catalog.=) touched.unit_id
                               AND version.record_key OPERATOR(pg_catalog.=) touched.record_key
                             ORDER BY version.id DESC LIMIT 1) served ON true
          LEFT JOIN LATERAL (SELECT version.* FROM moodle_raw.landing version
                             WHERE version.instance OPERATOR(pg_catalog.=) $1
                               AND version.entity OPERATOR(pg_catalog.=) ('db_' OPERATOR(pg_catalog.||) $2)
                               AND version.unit_id OPERATOR(pg_catalog.=) touched.unit_id
                               AND version.record_key OPERATOR(pg_catalog.=) touched.record_key
                             ORDER BY version.id DESC LIMIT 1) stored ON true
          WHERE $3 OPERATOR(pg_catalog.>) 0) pair
    -- What was replaced beyond the range is left out, as landed() does.
    WHERE greatest(pair.served_id, pair.stored_id) OPERATOR(pg_catalog.<=) $4
      AND (SELECT @extschema@.any_from($1, $2))
      AND (SELECT @extschema@.any_from($1, 'db_' OPERATOR(pg_catalog.||) $2))
    $$;

COMMENT ON FUNCTION @extschema@.landed_merged(text, text, bigint, bigint) IS
    'what the staging loaders read: as landed(), with what an attached database adds';
