CREATE OR REPLACE FUNCTION moodle_raw.history(instance text, entity text, key text)
    RETURNS TABLE (id bigint, ts_extract timestamptz, what text, changed text[],
                   before jsonb, after jsonb, data_json jsonb)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.id, version.ts_extract,
           CASE WHEN version.is_deleted THEN 'deleted'
                WHEN version.old IS NULL THEN 'first'
                WHEN version.old_deleted THEN 'back again'
                ELSE 'changed' END,
           ARRAY(SELECT name FROM (
                     SELECT pg_catalog.jsonb_object_keys(version.data_json) AS name
                     UNION
                     SELECT pg_catalog.jsonb_object_keys(version.old)) names
                 WHERE version.old IS NOT NULL
                   AND version.data_json -> name IS DISTINCT FROM version.old -> name
                 ORDER BY name),
           (SELECT pg_catalog.jsonb_object_agg(field.key, field.value)
            FROM pg_catalog.jsonb_each(version.old) field
            WHERE version.data_json -> field.key IS DISTINCT FROM field.value),
           (SELECT pg_catalog.jsonb_object_agg(field.key, field.value)
            FROM pg_catalog.jsonb_each(version.data_json) field
            WHERE version.old IS NOT NULL
              AND version.old -> field.key IS DISTINCT FROM field.value),
           version.data_json
    FROM (SELECT landing.id, landing.ts_extract, landing.is_deleted, landing.data_json,
                 pg_catalog.lag(landing.data_json) OVER (ORDER BY landing.id) AS old,
                 pg_catalog.lag(landing.is_deleted) OVER (ORDER BY landing.id) AS old_deleted
          FROM moodle_raw.landing
          WHERE landing.instance = history.instance AND landing.entity = history.entity
            AND landing.record_key = history.key) version
    ORDER BY version.id
    $$;
COMMENT ON FUNCTION moodle_raw.history(text, text, text) IS
    'the versions of one record: when, what happened, and which fields changed from what to what';
