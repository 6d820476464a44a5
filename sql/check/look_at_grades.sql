-- The grade items of a course by a function that reads no users, and as the report shows them.
CREATE FUNCTION @extschema@.look_at_grades(facts jsonb, course jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- The report of more people takes seconds on the site; one person's has the same items.
    read_at_once CONSTANT integer := 40;
    whom jsonb := CASE WHEN jsonb_array_length(course -> 'people') <= read_at_once THEN '0'
                       ELSE coalesce(course #> '{students,0}', course #> '{people,0}') END;
    items jsonb := @extschema@.ask(facts, 'core_grades_get_gradeitems',
                                   jsonb_build_object('courseid', course -> 'id'));
    report jsonb := @extschema@.ask(facts, 'gradereport_user_get_grade_items',
                                    jsonb_build_object('courseid', course -> 'id', 'userid', whom));
    shown jsonb := jsonb_path_query_array(report, '$.answer.usergrades[*].gradeitems[*]');
    lost jsonb := (SELECT coalesce(jsonb_agg(one ->> 'itemname'), '[]')
                   FROM jsonb_path_query(items, '$.answer.gradeItems[*]') one
                   WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(shown) seen
                                     WHERE seen ->> 'id' = one ->> 'id'));
    contents jsonb;
BEGIN
    -- Whether hidden activities are seen is asked only where something is missing.
    IF report ->> 'cause' IS NULL AND lost <> '[]' THEN
        contents := @extschema@.ask(facts, 'core_course_get_contents', jsonb_build_object(
            'courseid', course -> 'id', 'options', '[{"name": "excludecontents", "value": 1}]'::jsonb));
    END IF;
    RETURN jsonb_build_object(
        'cause', report -> 'cause', 'errorcode', report -> 'errorcode', 'detail', report -> 'detail',
        'latency_ms', report -> 'latency_ms',
        'items_cause', items -> 'cause', 'items', jsonb_array_length(
            jsonb_path_query_array(items, '$.answer.gradeItems[*]')),
        'people', jsonb_array_length(jsonb_path_query_array(report, '$.answer.usergrades[*]')),
        'hidden_shown', jsonb_path_exists(shown, '$[*] ? (@.gradeishidden == true)'),
        'modules', (SELECT coalesce(jsonb_agg(DISTINCT one -> 'itemmodule'), '[]')
                    FROM jsonb_array_elements(shown) one WHERE one ->> 'itemtype' = 'mod'),
        'hidden_modules', jsonb_path_exists(contents, '$.answer[*].modules[*] ? (@.visible == 0)'),
        'lost', lost);
END
$$;

COMMENT ON FUNCTION @extschema@.look_at_grades(jsonb, jsonb) IS
    'part of check_instance(): a course''s grade items, told in two ways';
