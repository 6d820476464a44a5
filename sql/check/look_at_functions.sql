-- What the other looks have asked already is not asked again.
CREATE FUNCTION @extschema@.look_at_functions(facts jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    opened jsonb := jsonb_path_query_first(facts, '$.sample[*] ? (@.cause == null && @.people.size() > 0)');
    course text := coalesce(opened, jsonb_path_query_first(facts, '$.sample[*]')) ->> 'id';
    person text := coalesce(opened #>> '{students,0}', opened #>> '{people,0}', facts #>> '{info,userid}');
    one record;
    arguments text;
    asked jsonb;
    tried jsonb := '{}';
BEGIN
    FOR one IN SELECT * FROM @extschema@.needed_functions() LOOP
        arguments := replace(replace(replace(one.arguments::text, '$course', course), '$user', person),
                             '$self', facts #>> '{info,userid}');
        IF one.function = 'core_webservice_get_site_info' THEN
            asked := facts -> 'site';
        ELSIF NOT facts -> 'offered' ? one.function THEN
            -- Moodle tells apart what does not exist and what is only not in the service.
            asked := to_jsonb(@extschema@.probe(facts ->> 'instance', one.function, '{}',
                                                (facts ->> 'at_most_ms')::integer));
        ELSIF arguments IS NOT NULL THEN
            asked := @extschema@.ask(facts, one.function, arguments::jsonb);
        ELSE
            asked := '{"cause": "untried"}';
        END IF;
        tried := tried || jsonb_build_object(one.function, asked - 'answer');
    END LOOP;
    RETURN tried;
END
$$;

COMMENT ON FUNCTION @extschema@.look_at_functions(jsonb) IS
    'part of check_instance(): a call of each function that tables need';
