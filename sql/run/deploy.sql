CREATE FUNCTION @extschema@.deploy() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    -- Two sessions that make the same table at once would fail one of them. Of a refresh this waits
    -- for a portion, and the next one waits for this.
    PERFORM pg_advisory_xact_lock(hashtext('moodle_fdw'), hashtext('deploy'));
    PERFORM @extschema@.deploy_raw();
    PERFORM @extschema@.deploy_stg();
    PERFORM @extschema@.deploy_mart();
    PERFORM @extschema@.deploy_activity();
    PERFORM @extschema@.deploy_analytics();
    PERFORM @extschema@.hide_statistics();
    PERFORM @extschema@.apply_privacy();
    PERFORM @extschema@.grant_roles();
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.deploy() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.deploy() IS
    'makes the warehouse (moodle_raw, moodle_stg, moodle_mart), or brings it to this version; what you added to it stays';
