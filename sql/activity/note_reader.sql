-- The account whose token reads the site by web services is nobody's learner. A site that does not
-- answer now is attached all the same.
CREATE FUNCTION @extschema@.note_reader(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF @extschema@.has_services(of_instance) THEN
        UPDATE @extschema@.databases
        SET reader_user_id = (@extschema@.call(of_instance, 'core_webservice_get_site_info') ->> 'userid')::bigint
        WHERE instance = of_instance;
    END IF;
EXCEPTION
    WHEN query_canceled OR admin_shutdown THEN
        RAISE;
    WHEN OTHERS THEN
        RAISE NOTICE '"%" does not say now whose token reads it: %', of_instance, SQLERRM
            USING HINT = format('UPDATE moodle_fdw.databases SET reader_user_id = … WHERE instance = %L, so that what this account does counts for nobody.', of_instance);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.note_reader(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.note_reader(text) IS
    'part of attach_database() and attach_schema(): whose events count for nobody';
