CREATE FUNCTION @extschema@.sees_any() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN @extschema@.sees_all() OR EXISTS (SELECT FROM @extschema@.my_access);
END
$$;

COMMENT ON FUNCTION @extschema@.sees_any() IS 'whether whoever asks was granted anything';
