-- The instances of a run that nobody works on yet.
CREATE FUNCTION @extschema@.instances_ahead(of_run bigint) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT instance FROM @extschema@.run_steps
    WHERE run_id = of_run
    GROUP BY instance
    HAVING bool_or(status = 'queued')
    ORDER BY instance
    $$;

REVOKE EXECUTE ON FUNCTION @extschema@.instances_ahead(bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.instances_ahead(bigint) IS 'part of refresh()';
