CREATE FUNCTION @extschema@.load_completions(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN @extschema@.load_rows('completions', '{moodle_course_id,moodle_user_id}',
                                  instance, after_id, up_to_id);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_completions(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_completions(text, bigint, bigint) IS
    'brings moodle_stg.completions up to a range of the landing table; the rows written';
