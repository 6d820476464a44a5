-- Ends attach_database() and attach_schema(): an error where nothing would work, a notice where
-- something stays empty.
CREATE FUNCTION @extschema@.report_database(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    broken text;
    empty text;
    remedies text;
BEGIN
    SELECT string_agg(format('%s: %s', table_name, problem), '; ') FILTER (WHERE needed),
           string_agg(table_name || ' (' || used_for || ')', ', ') FILTER (WHERE NOT needed),
           min(remedy) FILTER (WHERE needed)
    INTO broken, empty, remedies
    FROM @extschema@.check_database(of_instance) WHERE problem IS NOT NULL;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'the database of "%" cannot be used', of_instance
            USING ERRCODE = 'fdw_error', DETAIL = left(broken, 2000), HINT = initcap(left(remedies, 1)) || substr(remedies, 2) || '.';
    END IF;
    IF empty IS NOT NULL THEN
        RAISE NOTICE 'the database of "%" is attached; not there, or not to be read: %', of_instance, empty
            USING HINT = format('SELECT * FROM moodle_fdw.check_database(%L) WHERE problem IS NOT NULL says why.', of_instance);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.report_database(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.report_database(text) IS 'part of attach_database() and attach_schema()';
