-- Where a site went away in the middle of its last refresh, a new one goes on where that stopped,
-- rather than ask again for hours' worth: but not for what was read more than six hours ago, nor
-- for what was passed over then.
CREATE FUNCTION @extschema@.carry_on(of_run bigint) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH last_run AS (
        SELECT instance.name, max(earlier.run_id) AS run_id
        FROM @extschema@.runs run
        CROSS JOIN unnest(run.instances) instance (name)
        JOIN @extschema@.runs earlier
          ON earlier.run_id < run.run_id AND instance.name = ANY (earlier.instances)
        WHERE run.run_id = of_run
        GROUP BY instance.name
    ), broken AS (
        SELECT DISTINCT ON (step.instance) step.*
        FROM last_run
        JOIN @extschema@.runs run ON run.run_id = of_run
        JOIN @extschema@.runs earlier ON earlier.run_id = last_run.run_id
         AND earlier.entities = run.entities AND earlier.full_scan = run.full_scan
        JOIN @extschema@.run_steps step ON step.run_id = earlier.run_id
         AND step.instance = last_run.name AND step.layer = 'raw' AND step.status = 'failed'
        ORDER BY step.instance, step.ordinal
    )
    UPDATE @extschema@.run_steps step
    SET status = CASE earlier.status WHEN 'completed' THEN 'completed' ELSE step.status END,
        started_at = CASE earlier.status WHEN 'completed' THEN earlier.started_at END,
        finished_at = CASE earlier.status WHEN 'completed' THEN earlier.finished_at END,
        units_total = earlier.units_total, units_done = earlier.units_done,
        at_course = earlier.at_course, at_user = earlier.at_user, portion = earlier.portion
    FROM broken
    JOIN @extschema@.run_steps earlier ON earlier.run_id = broken.run_id
     AND earlier.instance = broken.instance AND earlier.layer = 'raw'
     AND earlier.ordinal <= broken.ordinal
    JOIN @extschema@.raw_entities what ON what.entity = earlier.name AND what.derived_from IS NULL
    WHERE step.run_id = of_run AND step.instance = earlier.instance AND step.layer = 'raw'
      AND step.name = earlier.name AND earlier.units_failed = 0
      AND earlier.finished_at > clock_timestamp() - interval '6 hours'
      AND EXISTS (SELECT FROM @extschema@.run_errors error
                  WHERE error.step_id = broken.step_id
                    AND (error.sqlstate LIKE '08%' OR error.sqlstate = '57P03'))
    $$;

REVOKE EXECUTE ON FUNCTION @extschema@.carry_on(bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.carry_on(bigint) IS 'part of refresh()';
