-- A page begins behind the last row of the one before it: as quick at the end as at the beginning, and
-- none twice where rows come in between.
CREATE FUNCTION @extschema@.export_user_activity_after(
        after text DEFAULT NULL, row_limit integer DEFAULT 1000, date date DEFAULT NULL,
        instance text DEFAULT NULL)
    RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
#variable_conflict use_variable
DECLARE
    of_day CONSTANT date := coalesce(date, @extschema@.last_activity_date(instance));
    behind CONSTANT text[] := regexp_match(after, '^(.+):([0-9]{1,18})$');
    found jsonb[];
    last jsonb;
BEGIN
    IF row_limit IS NULL OR row_limit < 1 OR row_limit > 10000 THEN
        RAISE EXCEPTION 'row_limit is from 1 to 10000, not %', coalesce(row_limit::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF after IS NOT NULL AND behind IS NULL THEN
        RAISE EXCEPTION 'after is what the page before says as "next", not %', quote_literal(left(after, 80))
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    found := ARRAY(
        SELECT to_jsonb(result)
        FROM moodle_mart.user_activity result
        WHERE result.extraction_date = of_day AND (instance IS NULL OR result.instance = instance)
          AND (behind IS NULL OR (result.instance, result.moodle_course_id) > (behind[1], behind[2]::bigint))
        ORDER BY result.instance, result.moodle_course_id LIMIT row_limit + 1);
    last := found[row_limit];
    RETURN jsonb_build_object(
        'status', @extschema@.activity_state(of_day, instance), 'data', to_jsonb(found[:row_limit]),
        'limit', row_limit, 'has_next', cardinality(found) > row_limit,
        'next', CASE WHEN cardinality(found) > row_limit
                     THEN (last ->> 'instance') || ':' || (last ->> 'moodle_course_id') END,
        'extraction_date', of_day, 'timestamp', clock_timestamp());
END
$$;

COMMENT ON FUNCTION @extschema@.export_user_activity_after(text, integer, date, text) IS
    'all of moodle_mart.user_activity of a day in pages: after is the "next" of the page before';
