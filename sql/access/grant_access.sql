CREATE FUNCTION @extschema@.grant_access(role text, directorate text DEFAULT NULL, unit text DEFAULT NULL,
                                         instance text DEFAULT NULL, web boolean DEFAULT false)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF coalesce(role, '') = '' OR web IS NULL THEN
        RAISE EXCEPTION 'whom to grant access?' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'SELECT moodle_fdw.grant_access(''role'', ''directorate'', ''unit'', ''instance''); NULL = any.';
    END IF;
    IF NOT web AND to_regrole(quote_ident(role)) IS NULL THEN
        RAISE EXCEPTION 'there is no role "%"', role
            USING ERRCODE = 'undefined_object',
                  HINT = 'web => true grants access to a user of a web layer, who needs no role of the database.';
    END IF;
    INSERT INTO @extschema@.access_grants (grantee, is_web, directorate, unit, instance)
    VALUES (role, web, directorate, unit, instance) ON CONFLICT DO NOTHING;
    PERFORM @extschema@.enable_access();
    IF NOT web THEN
        PERFORM @extschema@.give_reading(role);
    END IF;
    IF NOT EXISTS (SELECT FROM moodle_mart.course_units known
                   WHERE (grant_access.directorate IS NULL OR known.directorate = grant_access.directorate)
                     AND (grant_access.unit IS NULL OR known.unit = grant_access.unit)
                     AND (grant_access.instance IS NULL OR known.instance = grant_access.instance)) THEN
        RAISE NOTICE 'so far no course fits that'
            USING HINT = 'SELECT DISTINCT instance, directorate, unit FROM moodle_mart.course_units lists what there is.';
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.grant_access(text, text, text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.grant_access(text, text, text, text, boolean) IS
    'lets a role, or with web a user of a web layer, see the courses of a directorate, unit and instance and who takes part in them; NULL = any. The first one switches row security on';
