CREATE FUNCTION @extschema@.look_at_people(facts jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    asked_at_once CONSTANT integer := 50;
    -- With the field's name and the ids behind them, as many arguments as moodle_fdw ever sends.
    padding CONSTANT integer := 478;
    self text := facts #>> '{info,userid}';
    ids jsonb := (SELECT jsonb_agg(id) FROM (
        SELECT DISTINCT id::text::bigint AS id FROM jsonb_path_query(facts, '$.sample[*].people[*]') id
        WHERE id::text IS DISTINCT FROM self ORDER BY 1 LIMIT asked_at_once) chosen);
    found jsonb;
    own jsonb;
BEGIN
    IF ids IS NOT NULL THEN
        found := @extschema@.ask(facts, 'core_user_get_users_by_field',
                                 jsonb_build_object('field', 'id', 'values', ids));
    END IF;
    own := @extschema@.ask(facts, 'core_user_get_users_by_field', jsonb_build_object(
        'field', 'id', 'values', to_jsonb(array_fill(2147483647, ARRAY[padding])) || to_jsonb(ARRAY[self::bigint])));
    RETURN jsonb_build_object(
        'cause', coalesce(found -> 'cause', '"nobody"'), 'latency_ms', found -> 'latency_ms',
        'asked', coalesce(jsonb_array_length(ids), 0),
        'arguments', jsonb_build_object('sent', padding + 2, 'cause', own -> 'cause',
                                        'arrived', jsonb_path_exists(own, '$.answer[0]')))
        || (SELECT jsonb_build_object(
                'seen', count(*),
                'with_username', count(*) FILTER (WHERE one ? 'username'),
                'with_email', count(*) FILTER (WHERE one ? 'email'),
                'with_firstname', count(*) FILTER (WHERE one ? 'firstname' OR one ? 'lastname'),
                'with_lastaccess', count(*) FILTER (WHERE one ? 'lastaccess'))
            FROM jsonb_path_query(found -> 'answer', '$[*]') one);
END
$$;

COMMENT ON FUNCTION @extschema@.look_at_people(jsonb) IS
    'part of check_instance(): whether participants of courses are found as users, and with what fields';
