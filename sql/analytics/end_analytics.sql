CREATE FUNCTION @extschema@.end_analytics(of_run bigint) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    run @extschema@.analytics_runs;
BEGIN
    UPDATE @extschema@.analytics_runs SET status = 'completed', step = NULL,
           finished_at = clock_timestamp(), active_at = clock_timestamp()
    WHERE run_id = of_run AND status = 'running' RETURNING * INTO run;
    IF FOUND THEN
        RAISE NOTICE '%: % rows loaded, % weeks of courses built, % rows written in % s', run.instance,
            run.rows_loaded, run.weeks_done, run.rows_written,
            round(extract(epoch FROM run.finished_at - run.started_at), 1);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.end_analytics(bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.end_analytics(bigint) IS 'part of run_analytics()';
