CREATE FUNCTION @extschema@.enable_access() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    blind text;
BEGIN
    IF @extschema@.access_enabled() THEN
        RETURN;
    END IF;
    PERFORM @extschema@.deploy();
    INSERT INTO @extschema@.access_state (enabled) VALUES (true) ON CONFLICT DO NOTHING;
    PERFORM @extschema@.close_defaults();
    BEGIN
        PERFORM @extschema@.grant_roles();
    EXCEPTION WHEN object_in_use THEN
        RAISE EXCEPTION 'row security cannot be switched on by a query that reads the warehouse'
            USING ERRCODE = 'object_in_use', DETAIL = SQLERRM,
                  HINT = 'SELECT moodle_fdw.enable_access(); by itself, before.';
    END;
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('moodle_mart.course_units') AND relrowsecurity) THEN
        RAISE EXCEPTION 'row security needs the owner of the warehouse'
            USING ERRCODE = 'insufficient_privilege', HINT = 'SET ROLE moodle_admin, if that is who owns it.';
    END IF;
    -- Those who read until now. A role without a grant sees nothing: that is not to be found out late.
    SELECT string_agg(DISTINCT reader.rolname, ', ' ORDER BY reader.rolname) INTO blind
    FROM @extschema@.warehouse_relations() found
    JOIN pg_class ON pg_class.oid = found.relation, aclexplode(relacl) given
    JOIN pg_roles reader ON reader.oid = given.grantee
    WHERE privilege_type = 'SELECT' AND reader.rolname <> 'moodle_etl' AND NOT reader.rolbypassrls
      AND NOT pg_has_role(reader.oid, found.owner, 'USAGE')
      AND NOT EXISTS (SELECT FROM @extschema@.access_grants WHERE NOT is_web
                        AND pg_has_role(reader.oid, to_regrole(quote_ident(grantee)), 'USAGE'));
    IF blind IS NOT NULL THEN
        RAISE NOTICE 'row security is on: from now on these see nothing, nor what is granted to roles they are in: %', blind
            USING HINT = 'SELECT moodle_fdw.grant_access(''role''); lets one see all, as before.';
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.enable_access() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.enable_access() IS
    'puts row security on the warehouse: a role sees what it is granted, and without a grant nothing; the first grant_access() calls it';
