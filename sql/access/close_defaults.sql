-- A new table would be readable before it has a policy: whoever makes it. apply_access() gives it.
CREATE FUNCTION @extschema@.close_defaults() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT maker.rolname AS maker, nspname, reader.rolname AS reader,
               pg_has_role(maker.oid, 'MEMBER') AS may
        FROM pg_default_acl
        JOIN pg_namespace ON pg_namespace.oid = defaclnamespace
        JOIN pg_roles maker ON maker.oid = defaclrole,
        aclexplode(defaclacl) given
        JOIN pg_roles reader ON reader.oid = given.grantee
        WHERE nspname IN ('moodle_stg', 'moodle_mart') AND defaclobjtype = 'r'
          AND privilege_type = 'SELECT' AND reader.rolname <> 'moodle_etl'
    LOOP
        IF one.may THEN
            EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE SELECT ON TABLES FROM %I',
                           one.maker, one.nspname, one.reader);
        ELSE
            RAISE WARNING 'tables that "%" makes in % are readable by "%" before they have a policy',
                one.maker, one.nspname, one.reader
                USING HINT = 'SELECT moodle_fdw.setup_roles() as a superuser takes that back.';
        END IF;
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.close_defaults() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.close_defaults() IS
    'part of enable_access(): takes back default privileges on tables to come';
