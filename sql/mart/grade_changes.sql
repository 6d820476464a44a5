-- Each version of a grade as what it adds to the one before it, in per cent of the bounds that it was
-- served with. OFFSET 0, twice: one look-up for each version that has one before it, where a join
-- would read all versions twice; and every field read once, not wherever it is used.
CREATE FUNCTION @extschema@.grade_changes(instance text, courses bigint[], up_to_id bigint)
    RETURNS TABLE (course bigint, person bigint, at timestamptz, graded integer, pct numeric,
                   pcts integer, new_grades integer)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    -- Each change once: as web services told it, or where they never did, as the database did.
    source CONSTANT text := CASE WHEN EXISTS (SELECT FROM moodle_raw.landing
                                              WHERE instance = site AND entity = 'grade')
                                 THEN 'grade' ELSE 'db_grade' END;
BEGIN
    RETURN QUERY
    SELECT change.unit_id, change.person,
           CASE WHEN change.graded_at < change.ts_extract
                 AND (change.old_extract IS NULL OR change.graded_at > change.old_extract)
                THEN change.graded_at ELSE change.ts_extract END,
           (change.grade IS NOT NULL)::integer - (change.old_grade IS NOT NULL)::integer,
           coalesce(change.pct, 0) - coalesce(change.old_pct, 0),
           (change.pct IS NOT NULL)::integer - (change.old_pct IS NOT NULL)::integer,
           (change.grade IS NOT NULL AND change.grade IS DISTINCT FROM change.old_grade)::integer
    FROM (SELECT version.*,
                 CASE WHEN version.high > version.low
                      THEN (version.grade - version.low) * 100 / (version.high - version.low) END AS pct,
                 CASE WHEN version.old_high > version.old_low
                      THEN (version.old_grade - version.old_low) * 100
                           / (version.old_high - version.old_low) END AS old_pct,
                 CASE WHEN version.grade IS NOT NULL
                      THEN @extschema@.epoch_at(version.graded_epoch) END AS graded_at
          FROM (SELECT landing.unit_id, split_part(landing.record_key, ':', 2)::bigint AS person,
                       landing.ts_extract,
                       CASE WHEN NOT landing.is_deleted
                            THEN @extschema@.json_numeric(landing.data_json, 'graderaw') END AS grade,
                       @extschema@.json_numeric(landing.data_json, 'grademin') AS low,
                       @extschema@.json_numeric(landing.data_json, 'grademax') AS high,
                       @extschema@.json_bigint(landing.data_json, 'gradedategraded') AS graded_epoch,
                       old.ts_extract AS old_extract,
                       CASE WHEN NOT old.is_deleted
                            THEN @extschema@.json_numeric(old.data_json, 'graderaw') END AS old_grade,
                       @extschema@.json_numeric(old.data_json, 'grademin') AS old_low,
                       @extschema@.json_numeric(old.data_json, 'grademax') AS old_high
                FROM moodle_raw.landing
                LEFT JOIN LATERAL (SELECT before.ts_extract, before.data_json, before.is_deleted
                                   FROM moodle_raw.landing before
                                   WHERE before.instance = site AND before.id = landing.previous_id
                                   OFFSET 0) old ON true
                WHERE landing.instance = site AND landing.entity = source AND landing.id <= $3
                  AND ($2 IS NULL OR landing.unit_id = ANY ($2))
                  AND coalesce(landing.data_json ->> 'itemtype', '') NOT IN ('course', 'category')
                OFFSET 0) version
          WHERE version.grade IS NOT NULL OR version.old_grade IS NOT NULL
          OFFSET 0) change;
END
$$;

COMMENT ON FUNCTION @extschema@.grade_changes(text, bigint[], bigint) IS
    'what each landed version of a grade changed and when: part of build_learner_progress_weekly';
