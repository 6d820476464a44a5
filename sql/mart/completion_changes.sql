-- Each version of a completion status, criterion by criterion in the order of the answer, as what it
-- adds to the one before it. The course counts as completed when the last of the criteria was met.
CREATE FUNCTION @extschema@.completion_changes(instance text, courses bigint[], up_to_id bigint)
    RETURNS TABLE (course bigint, person bigint, at timestamptz, criteria integer, completed integer)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    -- Each change once: as web services told it, or where they never did, as the database did.
    source CONSTANT text := CASE WHEN EXISTS (SELECT FROM moodle_raw.landing
                                              WHERE instance = site AND entity = 'completion')
                                 THEN 'completion' ELSE 'db_completion' END;
BEGIN
    RETURN QUERY
    WITH version AS (
        SELECT landing.id, landing.unit_id, landing.moodle_id, landing.ts_extract,
               old.ts_extract AS old_extract,
               CASE WHEN NOT landing.is_deleted
                     AND jsonb_typeof(landing.data_json -> 'completions') = 'array'
                    THEN landing.data_json -> 'completions' ELSE '[]' END AS now_met,
               CASE WHEN NOT old.is_deleted AND jsonb_typeof(old.data_json -> 'completions') = 'array'
                    THEN old.data_json -> 'completions' ELSE '[]' END AS then_met,
               NOT landing.is_deleted
                   AND landing.data_json @> '{"completed": true}' AS now_completed,
               coalesce(NOT old.is_deleted
                        AND old.data_json @> '{"completed": true}', false) AS then_completed
        FROM moodle_raw.landing
        LEFT JOIN LATERAL (SELECT before.ts_extract, before.data_json, before.is_deleted
                           FROM moodle_raw.landing before
                           WHERE before.instance = site AND before.id = landing.previous_id
                           OFFSET 0) old ON true
        WHERE landing.instance = site AND landing.entity = source AND landing.id <= $3
          AND ($2 IS NULL OR landing.unit_id = ANY ($2))
          AND NOT (landing.previous_id IS NULL AND landing.data_json ? 'reason')
    ), criterion AS (
        SELECT version.id,
               coalesce((later.value -> 'complete')::text = 'true', false) AS now_met,
               coalesce((before.value -> 'complete')::text = 'true', false) AS then_met,
               @extschema@.epoch_at(@extschema@.json_bigint(later.value, 'timecompleted')) AS met_at
        FROM version
        CROSS JOIN LATERAL jsonb_array_elements(version.now_met)
            WITH ORDINALITY later(value, place)
        LEFT JOIN LATERAL (SELECT version.then_met -> (later.place - 1)::integer AS value) before
            ON true
        UNION ALL
        -- Criteria that were taken away at the end of the list.
        SELECT version.id, false, coalesce((before.value -> 'complete')::text = 'true', false), NULL
        FROM version
        CROSS JOIN LATERAL jsonb_array_elements(version.then_met)
            WITH ORDINALITY before(value, place)
        WHERE before.place > jsonb_array_length(version.now_met)
    )
    SELECT version.unit_id, version.moodle_id,
           CASE WHEN criterion.now_met AND criterion.met_at < version.ts_extract
                 AND (version.old_extract IS NULL OR criterion.met_at > version.old_extract)
                THEN criterion.met_at ELSE version.ts_extract END,
           criterion.now_met::integer - criterion.then_met::integer, 0
    FROM version
    JOIN criterion USING (id)
    WHERE criterion.now_met <> criterion.then_met
    UNION ALL
    SELECT version.unit_id, version.moodle_id,
           CASE WHEN version.now_completed AND last.met_at < version.ts_extract
                 AND (version.old_extract IS NULL OR last.met_at > version.old_extract)
                THEN last.met_at ELSE version.ts_extract END,
           0, version.now_completed::integer - version.then_completed::integer
    FROM version
    LEFT JOIN (SELECT id, max(met_at) AS met_at FROM criterion WHERE now_met GROUP BY id) last
        USING (id)
    WHERE version.now_completed <> version.then_completed;
END
$$;

COMMENT ON FUNCTION @extschema@.completion_changes(text, bigint[], bigint) IS
    'what each landed version of a completion status changed and when: part of build_learner_progress_weekly';
