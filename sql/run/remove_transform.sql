CREATE FUNCTION @extschema@.remove_transform(name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    DELETE FROM @extschema@.user_transforms own WHERE own.name = remove_transform.name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no transform "%" of yours', name
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name FROM moodle_fdw.transforms WHERE NOT builtin lists them.';
    END IF;
    DELETE FROM @extschema@.loaded WHERE transform = remove_transform.name;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.remove_transform(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.remove_transform(text) IS 'takes back add_transform()';
