CREATE FUNCTION @extschema@.close_defaults() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM @extschema@.open_defaults() LOOP
        IF pg_has_role(one.maker, 'MEMBER') THEN
            EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE SELECT ON TABLES FROM %I',
                           one.maker, one.layer, one.reader);
        ELSE
            RAISE WARNING 'tables that "%" makes in % are readable by "%" before they have a policy',
                one.maker, one.layer, one.reader
                USING HINT = 'SELECT moodle_fdw.setup_roles() as a superuser takes that back.';
        END IF;
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.close_defaults() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.close_defaults() IS
    'part of enable_access(): takes back default privileges on tables to come';
