-- What the site told already is not asked again.
CREATE FUNCTION @extschema@.look_at_functions(facts jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    opened jsonb := jsonb_path_query_first(facts, '$.sample[*] ? (@.cause == null && @.people.size() > 0)');
    ids jsonb := jsonb_strip_nulls(jsonb_build_object(
        'course', coalesce(opened, jsonb_path_query_first(facts, '$.sample[*]')) -> 'id',
        'user', coalesce(opened #> '{students,0}', opened #> '{people,0}', facts #> '{info,userid}'),
        'self', facts #> '{info,userid}'));
    one record;
    id record;
    arguments text;
    asked jsonb;
    tried jsonb := '{}';
BEGIN
    -- Those that give ids go first, for the others to ask by; and of them, those that need none given.
    FOR one IN SELECT * FROM @extschema@.needed_functions() needed
               ORDER BY needed.gives IS NULL, needed.arguments::text ~ '"\$(?!course|user|self)' LOOP
        arguments := one.arguments;
        FOR id IN SELECT * FROM jsonb_each_text(ids) LOOP
            arguments := replace(arguments, '"$' || id.key || '"', '"' || id.value || '"');
        END LOOP;
        IF one.function = 'core_webservice_get_site_info' THEN
            asked := facts -> 'site';
        ELSIF NOT facts -> 'offered' ? one.function THEN
            -- Moodle tells apart what does not exist and what is only not in the service.
            asked := to_jsonb(@extschema@.probe(facts ->> 'instance', one.function, '{}',
                                                (facts ->> 'at_most_ms')::integer));
        ELSIF position('"$' IN arguments) = 0 THEN
            asked := @extschema@.ask(facts, one.function, arguments::jsonb);
            IF one.gives IS NOT NULL THEN
                ids := ids || jsonb_strip_nulls(jsonb_build_object(
                    one.gives, jsonb_path_query_first(asked -> 'answer', one.gives_at)));
            END IF;
            asked := asked || jsonb_build_object('gave', ids ? one.gives, 'refused', jsonb_array_length(
                jsonb_path_query_array(asked, '$.answer.warnings[*] ? (@.warningcode == "1")')));
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
