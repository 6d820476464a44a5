-- A row for each instance that is connected, attached or in the warehouse. The warehouse is made by
-- deploy() and may not be there, so its tables are named in a statement of their own.
CREATE FUNCTION @extschema@.overview_rows()
    RETURNS TABLE (instance text, state text, users bigint, courses bigint, students bigint,
                   avg_pct numeric, completed_pct numeric, trend text, refreshed text, problems bigint)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
BEGIN
    IF to_regclass('moodle_mart.instance_summary') IS NULL THEN
        RETURN QUERY
        SELECT name, 'no warehouse', NULL::bigint, NULL::bigint, NULL::bigint, NULL::numeric, NULL::numeric,
               NULL::text, 'never', NULL::bigint
        FROM @extschema@.instances ORDER BY name;
        RETURN;
    END IF;
    RETURN QUERY
    WITH known AS (
        SELECT name FROM @extschema@.instances
        UNION SELECT instance FROM @extschema@.databases
        UNION SELECT instance FROM moodle_mart.instance_summary
    ), aged AS (
        SELECT instance, max(read_at) AS read_at, bool_or(late) AS late
        FROM @extschema@.freshness GROUP BY instance
    ), latest AS (
        SELECT DISTINCT ON (instance) instance, bool_or(status = 'failed') AS failed
        FROM @extschema@.run_steps GROUP BY instance, run_id ORDER BY instance, run_id DESC
    ), week AS (
        -- The last twelve weeks up to the latest that anything is known of.
        SELECT instance, week_start, sum(new_grades + new_criteria) AS movements
        FROM moodle_mart.learner_progress_weekly
        WHERE week_start > (SELECT max(week_start) FROM moodle_mart.learner_progress_weekly) - 84
        GROUP BY instance, week_start
    ), moved AS (
        SELECT instance, @extschema@.sparkline(array_agg(movements ORDER BY week_start)) AS line
        FROM week GROUP BY instance
    ), wrong AS (
        SELECT instance, count(*) FILTER (WHERE severity <> 'note') AS problems
        FROM @extschema@.data_problems GROUP BY instance)
    SELECT known.name,
           CASE WHEN going.instance IS NOT NULL THEN 'refreshing, ' || coalesce(going.percent, 0) || ' %'
                WHEN aged.read_at IS NULL THEN 'not read yet'
                WHEN latest.failed THEN CASE WHEN aged.late THEN 'late, failing' ELSE 'failing' END
                WHEN aged.late THEN 'late'
                ELSE 'fresh' END,
           site.users, site.courses, site.students, round(site.avg_performance_pct, 1),
           round(site.completion_rate_pct, 1), moved.line, @extschema@.time_ago(aged.read_at),
           coalesce(wrong.problems, 0)
    FROM known
    LEFT JOIN moodle_mart.instance_summary site ON site.instance = known.name
    LEFT JOIN aged ON aged.instance = known.name
    LEFT JOIN latest ON latest.instance = known.name
    LEFT JOIN moved ON moved.instance = known.name
    LEFT JOIN wrong ON wrong.instance = known.name
    LEFT JOIN @extschema@.progress going ON going.instance = known.name AND going.state IN ('running', 'queued')
    ORDER BY known.name;
END
$$;

COMMENT ON FUNCTION @extschema@.overview_rows() IS 'part of overview';
