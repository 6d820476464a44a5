-- What of attach_database() needs the connection: the foreign tables, as the other side describes
-- them. Columns that nobody should see here are dropped at once.
CREATE FUNCTION @extschema@.import_database(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    site @extschema@.databases;
    secret record;
BEGIN
    SELECT * INTO STRICT site FROM @extschema@.databases WHERE instance = of_instance;
    EXECUTE format('IMPORT FOREIGN SCHEMA %I LIMIT TO (%s) FROM SERVER %I INTO %I', site.remote_schema,
                   (SELECT string_agg(quote_ident(site.prefix || name), ', ') FROM @extschema@.site_tables()),
                   site.server_name, site.schema_name);
    FOR secret IN
        SELECT attrelid::regclass AS of_table, attname
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'f'
        WHERE relnamespace = to_regnamespace(quote_ident(site.schema_name))
          AND attname IN ('password', 'secret') AND NOT attisdropped
    LOOP
        EXECUTE format('ALTER FOREIGN TABLE %s DROP COLUMN %I', secret.of_table, secret.attname);
    END LOOP;
    PERFORM @extschema@.report_database(of_instance);
    PERFORM @extschema@.note_reader(of_instance);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.import_database(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.import_database(text) IS 'part of attach_database()';
