CREATE FUNCTION @extschema@.last_activity_date(of_instance text DEFAULT NULL) RETURNS date
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT max(extraction_date) FROM @extschema@.activity_status
    WHERE process = 'user_activity' AND status = 'completed' AND (of_instance IS NULL OR instance = of_instance)
    $$;

COMMENT ON FUNCTION @extschema@.last_activity_date(text) IS
    'the last day that is completed: of an instance, or of any';
