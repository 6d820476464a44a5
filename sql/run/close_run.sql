CREATE FUNCTION @extschema@.close_run(of_run bigint) RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    run @extschema@.runs;
BEGIN
    run := @extschema@.finish_run(of_run);
    RAISE NOTICE 'run % % in % s%', run.run_id, run.status,
        round(extract(epoch FROM run.finished_at - run.started_at), 1),
        coalesce(': ' || nullif(run.message, ''), '');
    RETURN run.status;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.close_run(bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.close_run(bigint) IS 'part of refresh()';
