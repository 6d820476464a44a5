-- Whether the current role can read an instance's attached database: the wrappers ask for a user
-- mapping when a query runs, and whoever has none is better told before.
CREATE FUNCTION @extschema@.can_read_database(of_instance text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT coalesce(
        (SELECT has_schema_privilege(to_regnamespace(quote_ident(site.schema_name)), 'USAGE')
                AND has_table_privilege(to_regclass(@extschema@.site_table(site.instance, 'course')), 'SELECT')
                AND (site.server_name IS NULL
                     OR EXISTS (SELECT FROM pg_user_mappings mapping
                                WHERE mapping.srvname = site.server_name
                                  AND mapping.usename IN (current_user, 'public')))
         FROM @extschema@.databases site WHERE site.instance = of_instance), false)
    $$;

COMMENT ON FUNCTION @extschema@.can_read_database(text) IS
    'whether the current role can read an instance''s attached database';
