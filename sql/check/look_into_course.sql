CREATE FUNCTION @extschema@.look_into_course(facts jsonb, course jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- Moodle cuts the list before it drops whom the token may not see, so a cut list still tells.
    listed_at_most CONSTANT integer := 200;
    listing jsonb := @extschema@.ask(facts, 'core_enrol_get_enrolled_users', jsonb_build_object(
        'courseid', course -> 'id', 'options', jsonb_build_array(
            jsonb_build_object('name', 'userfields', 'value', 'id,username,firstname,email,roles'),
            jsonb_build_object('name', 'limitnumber', 'value', listed_at_most))));
    witness bigint;
    counts jsonb := '{}';
    asked jsonb;
BEGIN
    -- Who is listed, students first, or is named as the course's contact: their courses are told
    -- with the number of all participants, whomever the token sees.
    FOR witness IN
        SELECT id FROM (
            SELECT (one ->> 'id')::bigint AS id,
                   CASE WHEN one @> '{"roles": [{"shortname": "student"}]}' THEN 0 ELSE 1 END AS turn
            FROM jsonb_path_query(listing -> 'answer', '$[*]') one
            UNION ALL
            SELECT contact::bigint, 2 FROM jsonb_array_elements_text(course -> 'contacts') contact) known
        ORDER BY turn, id LIMIT 3
    LOOP
        asked := @extschema@.ask(facts, 'core_enrol_get_users_courses',
                                 jsonb_build_object('userid', witness));
        SELECT counts || coalesce(jsonb_object_agg(one ->> 'id', one -> 'enrolledusercount'), '{}') INTO counts
        FROM jsonb_path_query(asked -> 'answer', '$[*]') one;
        EXIT WHEN counts ? (course ->> 'id') OR asked ->> 'cause' IS NOT NULL;
    END LOOP;
    RETURN course || jsonb_build_object(
        'cause', listing -> 'cause', 'problem', listing -> 'problem', 'detail', listing -> 'detail',
        'latency_ms', listing -> 'latency_ms', 'listed_at_most', listed_at_most,
        'people', jsonb_path_query_array(listing, '$.answer[*].id'),
        'students', jsonb_path_query_array(listing, '$.answer[*] ? (@.roles[*].shortname == "student").id'),
        'with_username', jsonb_array_length(jsonb_path_query_array(listing, '$.answer[*] ? (exists(@.username))')),
        'with_email', jsonb_array_length(jsonb_path_query_array(listing, '$.answer[*] ? (exists(@.email))')),
        'with_firstname', jsonb_array_length(jsonb_path_query_array(listing, '$.answer[*] ? (exists(@.firstname))')),
        'counts', counts);
END
$$;

COMMENT ON FUNCTION @extschema@.look_into_course(jsonb, jsonb) IS
    'part of check_instance(): a course''s participants, listed and counted';
