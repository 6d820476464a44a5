CREATE FUNCTION @extschema@.describe(
        instance text, OUT function text, OUT known text, OUT offered boolean, OUT version text,
        OUT deprecated boolean, OUT tables text[], OUT missing text)
    RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL RESTRICTED
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    site jsonb := @extschema@.call(instance, 'core_webservice_get_site_info');
BEGIN
    RETURN QUERY
    WITH served AS (
        SELECT s.name, s.version FROM jsonb_to_recordset(site -> 'functions') AS s (name text, version text)
    ), written AS (
        SELECT o.option_value AS name, array_agg(t.ftrelid::regclass::text ORDER BY t.ftrelid::regclass::text) AS tables
        FROM pg_foreign_table t JOIN pg_foreign_server s ON s.oid = t.ftserver,
             pg_options_to_table(t.ftoptions) o
        WHERE s.srvname = describe.instance AND o.option_name = 'wsfunction'
        GROUP BY 1
    )
    SELECT coalesce(k.function, s.name),
           CASE WHEN k.function IS NULL THEN 'unknown' WHEN k.reads THEN 'read' ELSE 'write' END,
           s.name IS NOT NULL, s.version, k.deprecated,
           coalesce(k.used_by, '{}') || coalesce(w.tables, '{}'),
           CASE
               WHEN s.name IS NULL THEN @extschema@.why_not_offered(k.function, k.capabilities, site ->> 'release')
               WHEN NOT coalesce(k.reads, @extschema@.may_call(s.name)) THEN
                   'moodle_fdw calls no function that writes'
                   || CASE WHEN k.function IS NULL THEN ', nor one whose name does not say that it reads' ELSE '' END
               WHEN k.function IS NULL THEN format(
                   'not in the catalogue of Moodle %s, so its columns are not known: moodle_fdw.call() shows its '
                   'answer, and CREATE FOREIGN TABLE … OPTIONS (wsfunction %L, rows %L) makes a table of it',
                   @extschema@.catalogue_release(), s.name, '/*')
           END
    FROM @extschema@.known_functions() k
    FULL JOIN served s ON s.name = k.function
    LEFT JOIN written w ON w.name = coalesce(k.function, s.name)
    WHERE s.name IS NOT NULL OR k.reads
    ORDER BY 1;
END $$;

COMMENT ON FUNCTION @extschema@.describe(text) IS
    'a row a web-service function: whether the site offers it to the token, what is known of it, and what is missing';
