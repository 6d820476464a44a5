-- Numbered over all rows, then cut: the order is that of the table's key.
CREATE FUNCTION @extschema@.export_user_activity(
        row_limit integer DEFAULT 1000, row_offset integer DEFAULT 0, date date DEFAULT NULL,
        instance text DEFAULT NULL)
    RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    of_day CONSTANT date := coalesce(date, @extschema@.last_activity_date(instance));
    found jsonb[];
BEGIN
    IF row_limit IS NULL OR row_limit < 1 OR row_limit > 10000 OR row_offset IS NULL OR row_offset < 0 THEN
        RAISE EXCEPTION 'row_limit is from 1 to 10000 and row_offset 0 or more, not % and %',
                coalesce(row_limit::text, 'NULL'), coalesce(row_offset::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'export_user_activity_after() goes through any number of rows without an offset.';
    END IF;
    found := ARRAY(
        SELECT to_jsonb(result)
        FROM @extschema@.activity_results(of_day, instance) result
        ORDER BY result.site, result.moodle_course_id LIMIT row_limit + 1 OFFSET row_offset);
    RETURN jsonb_build_object(
        'status', @extschema@.activity_state(of_day, instance), 'data', to_jsonb(found[:row_limit]),
        'limit', row_limit, 'offset', row_offset, 'has_next', cardinality(found) > row_limit,
        'extraction_date', of_day, 'timestamp', clock_timestamp());
END
$$;

COMMENT ON FUNCTION @extschema@.export_user_activity(integer, integer, date, text) IS
    'activity_results() of a day in pages, as one JSON object: status, data, limit, offset, has_next, extraction_date, timestamp';
