CREATE FUNCTION @extschema@.revoke_access(role text, directorate text DEFAULT NULL, unit text DEFAULT NULL,
                                          instance text DEFAULT NULL, web boolean DEFAULT false)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    taken bigint;
    remaining bigint;
BEGIN
    DELETE FROM @extschema@.access_grants given
    WHERE given.grantee = role AND given.is_web = web
      AND (revoke_access.directorate IS NULL OR given.directorate = revoke_access.directorate)
      AND (revoke_access.unit IS NULL OR given.unit = revoke_access.unit)
      AND (revoke_access.instance IS NULL OR given.instance = revoke_access.instance);
    GET DIAGNOSTICS taken = ROW_COUNT;
    SELECT count(*) INTO remaining FROM @extschema@.access_grants WHERE grantee = role AND is_web = web;
    IF taken = 0 OR remaining > 0 THEN
        RAISE NOTICE '% grants taken from "%", % remain', taken, role, remaining
            USING HINT = format('SELECT * FROM moodle_fdw.access WHERE grantee = %L;', role);
    END IF;
    IF NOT web THEN
        PERFORM @extschema@.take_reading(role);
    END IF;
    RETURN taken;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.revoke_access(text, text, text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.revoke_access(text, text, text, text, boolean) IS
    'takes the grants that fit from a role, or with web from a user of a web layer; NULL = any. How many there were';
