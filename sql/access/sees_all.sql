-- The first thing that a policy asks; so it is here that a person whom nobody knows is refused.
CREATE FUNCTION @extschema@.sees_all() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    grants bigint;
    found_all boolean;
BEGIN
    SELECT count(*), coalesce(bool_or(directorate IS NULL AND unit IS NULL AND instance IS NULL), false)
    INTO grants, found_all FROM @extschema@.my_access;
    IF grants = 0 AND @extschema@.web_user() IS NOT NULL THEN
        RAISE EXCEPTION 'the user whom the request names is not known here'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'An administrator grants access: SELECT moodle_fdw.grant_access(…, web => true).';
    END IF;
    RETURN found_all;
END
$$;

COMMENT ON FUNCTION @extschema@.sees_all() IS
    'whether whoever asks was granted everything; an error for a web layer''s user who was granted nothing';
