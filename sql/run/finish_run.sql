CREATE FUNCTION @extschema@.finish_run(of_run bigint) RETURNS @extschema@.runs
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    run @extschema@.runs;
    broken text;
    passed_over text;
    none_completed boolean;
    resting text;
BEGIN
    -- What neither ended nor failed was left by a worker that is gone.
    UPDATE @extschema@.run_steps SET status = 'cancelled', finished_at = clock_timestamp(),
           error = 'the process that worked on it is gone'
    WHERE run_id = of_run AND status IN ('queued', 'running');
    SELECT string_agg(DISTINCT instance, ', ') FILTER (WHERE status <> 'completed'),
           sum(units_failed) || ' units passed over of '
               || string_agg(DISTINCT instance, ', ') FILTER (WHERE units_failed > 0),
           NOT bool_or(status = 'completed' AND layer IN ('raw', 'database')),
           string_agg(DISTINCT error, '; ') FILTER (WHERE status = 'cancelled'
                                                      AND error LIKE 'quiet hours of %')
    INTO broken, passed_over, none_completed, resting
    FROM @extschema@.run_steps WHERE run_id = of_run;
    UPDATE @extschema@.runs SET finished_at = clock_timestamp(),
        status = CASE WHEN cancel_asked OR EXISTS (SELECT FROM @extschema@.run_steps
                                                   WHERE run_id = of_run AND status = 'cancelled')
                      THEN 'cancelled'
                      WHEN broken IS NULL AND passed_over IS NULL THEN 'completed'
                      WHEN none_completed THEN 'failed'
                      ELSE 'completed with errors' END,
        message = concat_ws('; ', 'not complete: ' || broken, passed_over, resting)
    WHERE run_id = of_run
    RETURNING * INTO run;
    RETURN run;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.finish_run(bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.finish_run(bigint) IS 'part of refresh()';
