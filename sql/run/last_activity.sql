CREATE FUNCTION @extschema@.last_activity(of_run bigint) RETURNS timestamptz
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    RETURN (SELECT greatest(run.started_at, run.finished_at,
                            (SELECT greatest(max(step.started_at), max(step.finished_at),
                                             max(step.active_at))
                             FROM @extschema@.run_steps step WHERE step.run_id = run.run_id))
            FROM @extschema@.runs run WHERE run.run_id = of_run);

COMMENT ON FUNCTION @extschema@.last_activity(bigint) IS 'when a run last got on';
