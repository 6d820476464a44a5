-- Each version of a grade as what it adds to the one before it. OFFSET 0 keeps the planner to one
-- look-up for each version that has one before it; a join would read all versions twice.
CREATE FUNCTION @extschema@.grade_changes(instance text, courses bigint[], up_to_id bigint)
    RETURNS TABLE (course bigint, person bigint, at timestamptz, graded integer, pct numeric,
                   pcts integer, new_grades integer)
    LANGUAGE sql STABLE
    AS $$
    SELECT version.unit_id, version.person,
           CASE WHEN version.graded_at OPERATOR(pg_catalog.<) version.ts_extract
                 AND (version.old_extract IS NULL
                      OR version.graded_at OPERATOR(pg_catalog.>) version.old_extract)
                THEN version.graded_at ELSE version.ts_extract END,
           (version.grade IS NOT NULL)::pg_catalog.int4
               OPERATOR(pg_catalog.-) (version.old_grade IS NOT NULL)::pg_catalog.int4,
           coalesce(version.pct, 0) OPERATOR(pg_catalog.-) coalesce(version.old_pct, 0),
           (version.pct IS NOT NULL)::pg_catalog.int4
               OPERATOR(pg_catalog.-) (version.old_pct IS NOT NULL)::pg_catalog.int4,
           (version.grade IS NOT NULL
            AND version.grade IS DISTINCT FROM version.old_grade)::pg_catalog.int4
    FROM (SELECT later.*,
                 @extschema@.grade_pct(later.grade, later.data_json) AS pct,
                 @extschema@.grade_pct(later.old_grade, later.old_json) AS old_pct,
                 CASE WHEN later.grade IS NOT NULL
                      THEN @extschema@.epoch_at(@extschema@.json_bigint(
                               later.data_json, 'gradedategraded')) END AS graded_at
          FROM (SELECT landing.unit_id,
                       pg_catalog.split_part(landing.record_key, ':', 2)::pg_catalog.int8 AS person,
                       landing.ts_extract, landing.data_json, old.ts_extract AS old_extract,
                       old.data_json AS old_json,
                       CASE WHEN NOT landing.is_deleted
                            THEN @extschema@.json_numeric(landing.data_json, 'graderaw') END AS grade,
                       CASE WHEN NOT old.is_deleted
                            THEN @extschema@.json_numeric(old.data_json, 'graderaw') END AS old_grade
                FROM moodle_raw.landing
                LEFT JOIN LATERAL (SELECT before.ts_extract, before.data_json, before.is_deleted
                                   FROM moodle_raw.landing before
                                   WHERE before.instance OPERATOR(pg_catalog.=) $1
                                     AND before.id OPERATOR(pg_catalog.=) landing.previous_id
                                   OFFSET 0) old ON true
                WHERE landing.instance OPERATOR(pg_catalog.=) $1
                  AND landing.entity OPERATOR(pg_catalog.=) 'grade'
                  AND landing.id OPERATOR(pg_catalog.<=) $3
                  AND ($2 IS NULL OR landing.unit_id OPERATOR(pg_catalog.=) ANY ($2))
                  AND coalesce(landing.data_json OPERATOR(pg_catalog.->>) 'itemtype', '')
                      OPERATOR(pg_catalog.<>) ALL ('{course,category}'::pg_catalog.text[])
                ) later
          WHERE later.grade IS NOT NULL OR later.old_grade IS NOT NULL) version
    $$;

COMMENT ON FUNCTION @extschema@.grade_changes(text, bigint[], bigint) IS
    'what each landed version of a grade changed and when: part of build_learner_progress_weekly';
