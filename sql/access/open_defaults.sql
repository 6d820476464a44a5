-- A new table would be readable before it has a policy: whoever makes it.
CREATE FUNCTION @extschema@.open_defaults()
    RETURNS TABLE (maker name, layer name, reader name)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT maker.rolname, nspname, reader.rolname
    FROM pg_default_acl
    JOIN pg_namespace ON pg_namespace.oid = defaclnamespace
    JOIN pg_roles maker ON maker.oid = defaclrole,
    aclexplode(defaclacl) given
    JOIN pg_roles reader ON reader.oid = given.grantee
    WHERE nspname IN ('moodle_stg', 'moodle_mart') AND defaclobjtype = 'r'
      AND privilege_type = 'SELECT' AND reader.rolname <> 'moodle_etl'
    $$;

COMMENT ON FUNCTION @extschema@.open_defaults() IS
    'part of enable_access(): default privileges that let tables to come be read';
