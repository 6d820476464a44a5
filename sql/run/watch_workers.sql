-- Waits up to a second for workers, and tells what they finished. running = NULL: cancelled.
CREATE FUNCTION @extschema@.watch_workers(
        of_run bigint, since timestamptz, OUT running integer, OUT told timestamptz)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    told := since;
    running := @extschema@.wait_for_workers(1);
    told := @extschema@.tell_news(of_run, since);
EXCEPTION WHEN query_canceled THEN
    PERFORM @extschema@.stop_workers();
    UPDATE @extschema@.runs SET cancel_asked = true WHERE run_id = of_run;
    running := NULL;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.watch_workers(bigint, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.watch_workers(bigint, timestamptz) IS 'part of refresh()';
