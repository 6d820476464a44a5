CREATE FUNCTION @extschema@.has_services(of_instance text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT EXISTS (SELECT FROM pg_foreign_server server
                   JOIN pg_foreign_data_wrapper wrapper ON wrapper.oid = server.srvfdw
                   WHERE server.srvname = of_instance AND wrapper.fdwname = 'moodle_fdw')
    $$;

COMMENT ON FUNCTION @extschema@.has_services(text) IS
    'whether the instance is connected by web services';
