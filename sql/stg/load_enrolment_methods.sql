CREATE FUNCTION @extschema@.load_enrolment_methods(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN @extschema@.load_rows('enrolment_methods', '{method_id}', instance, after_id, up_to_id);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_enrolment_methods(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_enrolment_methods(text, bigint, bigint) IS
    'brings moodle_stg.enrolment_methods up to a range of the landing table; the rows written';
