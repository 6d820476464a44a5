CREATE FUNCTION @extschema@.whole_instances() RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN ARRAY(SELECT instance FROM @extschema@.my_access
                 WHERE instance IS NOT NULL AND directorate IS NULL AND unit IS NULL);
END
$$;

COMMENT ON FUNCTION @extschema@.whole_instances() IS
    'the instances that whoever asks was granted as a whole';
