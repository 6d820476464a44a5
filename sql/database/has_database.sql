-- In plpgsql, since the table is made later than what asks.
CREATE FUNCTION @extschema@.has_database(of_instance text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM @extschema@.databases WHERE instance = of_instance);
END
$$;

COMMENT ON FUNCTION @extschema@.has_database(text) IS 'whether a database of the instance is attached';
