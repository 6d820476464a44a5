CREATE FUNCTION @extschema@.is_alive(of_run bigint) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    RETURN @extschema@.is_locked('run', of_run::text);

COMMENT ON FUNCTION @extschema@.is_alive(bigint) IS
    'whether a session is at work on a run; one that says running and is not alive has been killed';
