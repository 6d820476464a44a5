-- Counts all courses where they are few; where they are many, those of some categories.
CREATE FUNCTION @extschema@.look_at_courses(facts jsonb, sample integer) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    listed_at_once CONSTANT integer := 1000;
    categories jsonb := @extschema@.ask(facts, 'core_course_get_categories');
    total bigint := (SELECT sum((category ->> 'coursecount')::bigint)
                     FROM jsonb_path_query(categories -> 'answer', '$[*]') category);
    counted bigint[];
    category bigint;
    asked jsonb;
    records jsonb := '[]';
BEGIN
    IF coalesce(total, 0) <= listed_at_once THEN
        asked := @extschema@.ask(facts, 'core_course_get_courses_by_field');
        records := coalesce(asked #> '{answer,courses}', '[]');
        IF asked ->> 'cause' IS NOT NULL THEN
            asked := @extschema@.ask(facts, 'core_course_get_courses');
            records := coalesce(asked -> 'answer', '[]');
        END IF;
    ELSE
        FOR category IN
            SELECT (one ->> 'id')::bigint FROM jsonb_path_query(categories -> 'answer', '$[*]') one
            WHERE (one ->> 'coursecount')::bigint BETWEEN 1 AND listed_at_once / 5
            ORDER BY (one ->> 'coursecount')::bigint DESC LIMIT sample
        LOOP
            asked := @extschema@.ask(facts, 'core_course_get_courses_by_field',
                                     jsonb_build_object('field', 'category', 'value', category::text));
            EXIT WHEN asked ->> 'cause' IS NOT NULL;
            counted := counted || category;
            records := records || (asked #> '{answer,courses}');
        END LOOP;
    END IF;
    RETURN jsonb_build_object(
        'cause', asked -> 'cause', 'problem', asked -> 'problem', 'latency_ms', asked -> 'latency_ms',
        'total', total,
        'categories', (SELECT jsonb_build_object(
                'cause', categories -> 'cause', 'latency_ms', categories -> 'latency_ms',
                'listed', count(*), 'hidden', count(*) FILTER (WHERE one ->> 'visible' = '0'),
                'without_settings', count(*) FILTER (WHERE NOT one ? 'timemodified'),
                -- Moodle numbers them in steps of 10000, hidden ones too.
                'places', max((one ->> 'sortorder')::bigint) / 10000)
            FROM jsonb_path_query(categories -> 'answer', '$[*]') one),
        'expected', (SELECT sum((one ->> 'coursecount')::bigint)
                     FROM jsonb_path_query(categories -> 'answer', '$[*]') one
                     WHERE counted IS NULL OR (one ->> 'id')::bigint = ANY (counted)),
        'records', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', one -> 'id', 'category', one -> 'categoryid', 'visible', one -> 'visible',
                -- Courses may be listed though their category is not.
                'counted', categories -> 'answer' @> jsonb_build_array(jsonb_build_object('id', one -> 'categoryid')),
                'groupmode', one -> 'groupmode', 'completion', one -> 'enablecompletion',
                'settings', one ? 'timecreated', 'contacts', jsonb_path_query_array(one, '$.contacts[*].id'))),
                '[]')
            FROM jsonb_array_elements(records) one WHERE one ->> 'id' <> '1'));
END
$$;

COMMENT ON FUNCTION @extschema@.look_at_courses(jsonb, integer) IS
    'part of check_instance(): categories and courses, counted in two ways';
