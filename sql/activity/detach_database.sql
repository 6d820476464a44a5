CREATE FUNCTION @extschema@.detach_database(instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    site @extschema@.databases;
    others text;
    one record;
BEGIN
    DELETE FROM @extschema@.databases attached WHERE attached.instance = instance RETURNING * INTO site;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no database of "%" is attached', instance
            USING ERRCODE = 'undefined_object', HINT = 'SELECT * FROM moodle_fdw.databases lists them.';
    END IF;
    IF site.kind = 'schema' THEN
        RETURN;  -- it was not ours
    END IF;
    FOR one IN
        SELECT ftrelid::regclass AS foreign_table FROM pg_foreign_table
        JOIN pg_class ON pg_class.oid = ftrelid
        JOIN pg_foreign_server server ON server.oid = ftserver AND srvname = site.server_name
        WHERE relnamespace = to_regnamespace(quote_ident(site.schema_name))
    LOOP
        EXECUTE format('DROP FOREIGN TABLE %s', one.foreign_table);
    END LOOP;
    SELECT string_agg(relname, ', ' ORDER BY relname) INTO others
    FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(site.schema_name)) AND relkind <> 'i';
    IF others IS NOT NULL THEN
        RAISE EXCEPTION 'schema "%" holds more than the site''s tables: %', site.schema_name, others
            USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Move or drop them first.';
    END IF;
    EXECUTE format('DROP SCHEMA %I', site.schema_name);
    FOR one IN SELECT umuser FROM pg_user_mappings WHERE srvname = site.server_name LOOP
        EXECUTE format('DROP USER MAPPING FOR %s SERVER %I',
                       CASE WHEN one.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(one.umuser)) END,
                       site.server_name);
    END LOOP;
    EXECUTE format('DROP SERVER %I', site.server_name);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.detach_database(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.detach_database(text) IS
    'takes an instance''s database off: server, mappings and foreign tables go, what was loaded stays';
