-- What landed() gives, and where a database is attached the record of web services and that of the
-- database as one. Both latest versions are looked up whichever of the two is new, so it makes no
-- difference which came first. What web services say counts; the database adds what they leave out.
-- Roles are the other way round: web services know only those that someone has. Of a record that web
-- services no longer list, or never did, the database decides whether it is there, while it is attached.
-- Without web services it decides everything.
-- The planner puts the body in the caller's place: so no SET clause, and STABLE.
CREATE FUNCTION @extschema@.landed_merged(instance text, entity text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (id bigint, moodle_id bigint, record_key text, unit_id bigint, data_json jsonb,
                   ts_extract timestamptz, is_deleted boolean)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.id, version.moodle_id, version.record_key, version.unit_id, version.data_json,
           version.ts_extract, version.is_deleted
    FROM @extschema@.landed($1, $2, $3, $4) version
    WHERE NOT (SELECT @extschema@.any_from_database($1, $2))
    UNION ALL
    SELECT greatest(served.id, stored.id), coalesce(served.moodle_id, stored.moodle_id),
           touched.record_key, touched.unit_id,
           CASE WHEN stored.id IS NULL OR stored.is_deleted AND NOT served.is_deleted THEN served.data_json
                WHEN served.id IS NULL OR served.is_deleted AND NOT stored.is_deleted THEN stored.data_json
                WHEN (SELECT @extschema@.is_of_database($1, $2))
                THEN served.data_json OPERATOR(pg_catalog.||) stored.data_json
                ELSE stored.data_json OPERATOR(pg_catalog.||) pg_catalog.jsonb_strip_nulls(served.data_json) END,
           greatest(served.ts_extract, stored.ts_extract),
           CASE WHEN stored.id IS NULL THEN served.is_deleted
                WHEN served.id IS NULL OR (SELECT @extschema@.is_of_database($1, $2)) THEN stored.is_deleted
                ELSE served.is_deleted AND (stored.is_deleted OR NOT (SELECT @extschema@.has_database($1))) END
    FROM (SELECT DISTINCT version.unit_id, version.record_key
          FROM moodle_raw.landing version
          WHERE version.instance OPERATOR(pg_catalog.=) $1
            AND version.entity OPERATOR(pg_catalog.=) ANY (ARRAY[$2, 'db_' OPERATOR(pg_catalog.||) $2])
            AND version.id OPERATOR(pg_catalog.>) $3
            AND version.id OPERATOR(pg_catalog.<=) $4
            AND (SELECT @extschema@.any_from_database($1, $2))) touched
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
    -- What was replaced beyond the range is left out, as landed() does.
    WHERE greatest(served.id, stored.id) OPERATOR(pg_catalog.<=) $4
    $$;

COMMENT ON FUNCTION @extschema@.landed_merged(text, text, bigint, bigint) IS
    'what the staging loaders read: as landed(), with what an attached database adds';
