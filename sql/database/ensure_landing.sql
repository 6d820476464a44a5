-- Not IF NOT EXISTS: that needs CREATE on the schema, which who only refreshes has not.
CREATE FUNCTION @extschema@.ensure_landing(of_instance text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF to_regclass(@extschema@.landing_table(of_instance)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %s PARTITION OF moodle_raw.landing FOR VALUES IN (%L)',
                   @extschema@.landing_table(of_instance), of_instance);
    RETURN true;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.ensure_landing(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.ensure_landing(text) IS
    'makes an instance''s partition of the landing; whether there was none';
