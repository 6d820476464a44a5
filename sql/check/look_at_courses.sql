-- Counts all courses where they are few; where they are many, those of some categories.
CREATE FUNCTION @extschema@.look_at_courses(facts jsonb, sample integer, listed_at_once integer DEFAULT 1000)
    RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    ids_guessed CONSTANT integer := 250;
    categories jsonb := @extschema@.ask(facts, 'core_course_get_categories');
    total bigint := (SELECT sum((category ->> 'coursecount')::bigint)
                     FROM jsonb_path_query(categories -> 'answer', '$[*]') category);
    counted bigint[];  -- NULL = all
    category record;
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
        counted := '{}';
        -- The smallest of them, as many as make up what may be listed.
        FOR category IN
            SELECT id FROM (
                SELECT (one ->> 'id')::bigint AS id, row_number() OVER by_size AS place,
                       sum((one ->> 'coursecount')::bigint) OVER by_size AS so_far
                FROM jsonb_path_query(categories -> 'answer', '$[*] ? (@.coursecount > 0)') one
                WINDOW by_size AS (ORDER BY (one ->> 'coursecount')::bigint, one ->> 'id')) sized
            WHERE so_far <= listed_at_once AND place <= greatest(sample, 2)
        LOOP
            asked := @extschema@.ask(facts, 'core_course_get_courses_by_field',
                                     jsonb_build_object('field', 'category', 'value', category.id::text));
            EXIT WHEN asked ->> 'cause' IS NOT NULL;
            counted := counted || category.id;
            records := records || (asked #> '{answer,courses}');
        END LOOP;
        -- Where each is too large, courses of low ids: Moodle leaves out those that do not exist.
        IF records = '[]' THEN
            asked := @extschema@.ask(facts, 'core_course_get_courses_by_field', jsonb_build_object(
                'field', 'ids', 'value', (SELECT string_agg(id::text, ',') FROM generate_series(2, 1 + ids_guessed) id)));
            records := coalesce(asked #> '{answer,courses}', '[]');
        END IF;
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
                'counted', CASE WHEN counted IS NULL
                    THEN categories -> 'answer' @> jsonb_build_array(jsonb_build_object('id', one -> 'categoryid'))
                    ELSE (one ->> 'categoryid')::bigint = ANY (counted) END,
                'groupmode', one -> 'groupmode', 'completion', one -> 'enablecompletion',
                'settings', one ? 'timecreated', 'contacts', jsonb_path_query_array(one, '$.contacts[*].id'))),
                '[]')
            FROM jsonb_array_elements(records) one WHERE one ->> 'id' <> '1'));
END
$$;

COMMENT ON FUNCTION @extschema@.look_at_courses(jsonb, integer, integer) IS
    'part of check_instance(): categories and courses, counted in two ways';
