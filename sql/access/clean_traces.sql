-- What is left of values elsewhere: answers kept in memory, and statistics, which hold some.
CREATE FUNCTION @extschema@.clean_traces(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = error
    AS $$
DECLARE
    part CONSTANT regclass := to_regclass(@extschema@.landing_table(of_instance));
BEGIN
    -- Those of whose server one has nothing to do with end with their cache_ttl.
    IF EXISTS (SELECT FROM pg_foreign_server WHERE srvname = of_instance
                 AND has_server_privilege(pg_foreign_server.oid, 'USAGE')) THEN
        PERFORM @extschema@.clear_cache(of_instance);
    END IF;
    IF part IS NOT NULL AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = part), 'USAGE') THEN
        EXECUTE format('ANALYZE %s', part);
        EXECUTE 'ANALYZE moodle_raw.landing';
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.clean_traces(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.clean_traces(text) IS
    'part of pseudonymise() and forget_user(): kept answers and statistics';
