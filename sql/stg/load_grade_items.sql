CREATE FUNCTION @extschema@.load_grade_items(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN @extschema@.load_rows('grade_items', '{moodle_course_id,moodle_item_id}',
                                  instance, after_id, up_to_id);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_grade_items(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_grade_items(text, bigint, bigint) IS
    'brings moodle_stg.grade_items up to a range of the landing table; the rows written';
