CREATE FUNCTION @extschema@.remove_instance(name text, purge boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    server_id oid;
    one record;
    others text;
    busy bigint;
BEGIN
    SELECT server.oid INTO server_id
    FROM pg_foreign_server server
    JOIN pg_foreign_data_wrapper wrapper ON wrapper.oid = server.srvfdw
    WHERE server.srvname = name AND wrapper.fdwname = 'moodle_fdw';
    IF server_id IS NULL THEN
        RAISE EXCEPTION 'there is no moodle instance "%"', name
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name FROM moodle_fdw.instances lists them.';
    END IF;
    -- Held to the end of the transaction: no refresh of it begins meanwhile.
    IF NOT pg_try_advisory_xact_lock(@extschema@.lock_class('instance'), hashtext(name)) THEN
        busy := @extschema@.overlapping_run(ARRAY[name]);
        RAISE EXCEPTION 'instance "%" is %', name,
                coalesce('being refreshed: run ' || busy, 'in use by another session')
            USING ERRCODE = 'object_in_use',
                  HINT = coalesce('SELECT moodle_fdw.cancel_run(' || busy || ') ends that.',
                                  'SELECT * FROM pg_locks WHERE locktype = ''advisory'' shows by which.');
    END IF;
    FOR one IN
        SELECT ftrelid::regclass AS foreign_table FROM pg_foreign_table WHERE ftserver = server_id
    LOOP
        EXECUTE format('DROP FOREIGN TABLE %s', one.foreign_table);
    END LOOP;
    IF to_regnamespace(quote_ident(name)) IS NOT NULL THEN
        SELECT string_agg(relname, ', ' ORDER BY relname) INTO others
        FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(name)) AND relkind <> 'i';
        IF others IS NOT NULL THEN
            RAISE EXCEPTION 'schema "%" holds more than the instance''s tables: %', name, others
                USING ERRCODE = 'dependent_objects_still_exist',
                      HINT = 'Move or drop them first.';
        END IF;
        EXECUTE format('DROP SCHEMA %I', name);
    END IF;
    FOR one IN SELECT umuser FROM pg_user_mappings WHERE srvid = server_id LOOP
        EXECUTE format('DROP USER MAPPING FOR %s SERVER %I',
                       CASE WHEN one.umuser = 0 THEN 'PUBLIC'
                            ELSE quote_ident(pg_get_userbyid(one.umuser)) END, name);
    END LOOP;
    EXECUTE format('DROP SERVER %I', name);
    IF purge THEN
        PERFORM @extschema@.purge_instance(name);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.remove_instance(text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.remove_instance(text, boolean) IS
    'disconnects a Moodle: its live tables, user mappings and server go; rows of the warehouse stay unless purge';
