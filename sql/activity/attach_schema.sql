CREATE FUNCTION @extschema@.attach_schema(
        instance text, schema_name text, prefix text DEFAULT 'mdl_', time_zone text DEFAULT 'UTC')
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_variable
BEGIN
    PERFORM @extschema@.check_attachable(instance, prefix, time_zone);
    IF schema_name IS NULL OR to_regnamespace(quote_ident(schema_name)) IS NULL THEN
        RAISE EXCEPTION 'there is no schema %', coalesce(quote_ident(schema_name), 'NULL')
            USING ERRCODE = 'invalid_schema_name',
                  HINT = 'Name the one that holds the tables of a Moodle: a restored dump, a replica, foreign tables of your own.';
    END IF;
    INSERT INTO @extschema@.databases (instance, kind, schema_name, prefix, time_zone)
    VALUES (instance, 'schema', schema_name, prefix, time_zone);
    PERFORM @extschema@.report_database(instance);
    PERFORM @extschema@.note_reader(instance);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.attach_schema(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.attach_schema(text, text, text, text) IS
    'the same with tables that are here already: a restored dump, a replica, foreign tables of your own';
