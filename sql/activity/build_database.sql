-- Everything of attach_database() up to the user mapping; import_database() is what comes after.
CREATE FUNCTION @extschema@.build_database(
        instance text, kind text, host text, port integer, dbname text, username text, prefix text,
        time_zone text, options jsonb)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    wrapper CONSTANT text := CASE kind WHEN 'postgres' THEN 'postgres_fdw' WHEN 'mysql' THEN 'mysql_fdw' END;
    server CONSTANT text := instance || '_db';
    server_options text;
BEGIN
    PERFORM @extschema@.check_attachable(instance, prefix, time_zone);
    IF wrapper IS NULL THEN
        RAISE EXCEPTION 'unknown kind of database: %', coalesce(quote_ident(kind), 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'It is ''postgres'' or ''mysql'' (MariaDB too).';
    END IF;
    IF dbname IS NULL OR host IS NULL THEN
        RAISE EXCEPTION '% is missing', CASE WHEN host IS NULL THEN 'host' ELSE 'dbname' END
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'They stand in the site''s config.php: $CFG->dbhost, $CFG->dbname, $CFG->dbuser, $CFG->prefix.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = wrapper) THEN
        RAISE EXCEPTION '% is not installed in this database', wrapper
            USING ERRCODE = 'undefined_object',
                  HINT = format('CREATE EXTENSION %s, as superuser; Debian has it in %s.', wrapper,
                                CASE kind WHEN 'mysql' THEN 'postgresql-15-mysql-fdw' ELSE 'postgresql-contrib' END);
    END IF;
    -- Large answers come in large parts. What MySQL calls utf8 by default has no room for an emoji.
    SELECT string_agg(format(', %I %L', key, value), '' ORDER BY key) INTO server_options
    FROM jsonb_each_text(CASE kind WHEN 'postgres' THEN jsonb_build_object('fetch_size', '10000', 'dbname', dbname)
                                   ELSE '{"fetch_size": "10000", "character_set": "utf8mb4"}' END || options);
    EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER %I OPTIONS (host %L, port %L%s)', server,
                   wrapper, host, coalesce(port, CASE kind WHEN 'mysql' THEN 3306 ELSE 5432 END),
                   server_options);
    EXECUTE format('COMMENT ON SERVER %I IS %L', server, format('the database of the Moodle "%s"', instance));
    EXECUTE format('CREATE SCHEMA %I', server);
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', server, format('tables of the database of the Moodle "%s"', instance));
    INSERT INTO @extschema@.databases (instance, kind, server_name, remote_schema, schema_name, prefix, time_zone)
    SELECT instance, kind, server, CASE kind WHEN 'mysql' THEN dbname ELSE 'public' END, server, prefix, time_zone;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_database(text, text, text, integer, text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_database(text, text, text, integer, text, text, text, text, jsonb) IS
    'part of attach_database()';
