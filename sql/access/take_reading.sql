CREATE FUNCTION @extschema@.take_reading(from_role text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    one record;
BEGIN
    IF from_role IN ('moodle_admin', 'moodle_etl', 'moodle_reader')
       OR to_regrole(quote_ident(from_role)) IS NULL
       OR EXISTS (SELECT FROM @extschema@.access_grants WHERE grantee = from_role AND NOT is_web)
       OR EXISTS (SELECT FROM @extschema@.web_layers WHERE role_name = from_role) THEN
        RETURN;
    END IF;
    FOR one IN
        SELECT format('SELECT ON %s', oid::regclass) AS what
        FROM pg_class, aclexplode(relacl) given
        WHERE relnamespace IN ('moodle_stg'::regnamespace, 'moodle_mart'::regnamespace)
          AND given.grantee = to_regrole(quote_ident(from_role)) AND privilege_type = 'SELECT'
          AND pg_has_role(relowner, 'USAGE')
        UNION ALL
        SELECT format('USAGE ON SCHEMA %I', nspname)
        FROM pg_namespace, aclexplode(nspacl) given
        WHERE nspname IN ('moodle_stg', 'moodle_mart')
          AND given.grantee = to_regrole(quote_ident(from_role)) AND privilege_type = 'USAGE'
          AND pg_has_role(nspowner, 'USAGE')
    LOOP
        EXECUTE format('REVOKE %s FROM %I', one.what, from_role);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.take_reading(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.take_reading(text) IS
    'part of revoke_access(): takes SELECT on staging and marts from a role that has no grant left';
