-- Any session can set request.jwt.claims; only that of a web layer is believed, and such a one is
-- nobody without it.
CREATE FUNCTION @extschema@.web_user() RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    named_by text;
    named jsonb;
BEGIN
    SELECT claim INTO named_by FROM @extschema@.my_web_layer;
    IF named_by IS NULL THEN
        RETURN NULL;
    END IF;
    named := nullif(current_setting('request.jwt.claims', true), '')::jsonb -> named_by;
    IF jsonb_typeof(named) IS DISTINCT FROM 'string' OR named #>> '{}' = '' THEN
        RAISE EXCEPTION 'the request names no user'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('request.jwt.claims must be set, and have "%s".', named_by);
    END IF;
    RETURN named #>> '{}';
END
$$;

COMMENT ON FUNCTION @extschema@.web_user() IS
    'whom request.jwt.claims names, where the current role is a web layer; NULL where it is not';
