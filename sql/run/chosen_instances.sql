CREATE FUNCTION @extschema@.chosen_instances(wanted text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    chosen text[];
    unknown text;
    without_token text;
BEGIN
    SELECT string_agg(asked.name, ', ') INTO unknown
    FROM unnest(wanted) asked(name)
    WHERE NOT EXISTS (SELECT FROM @extschema@.instances known WHERE known.name = asked.name);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'there is no moodle instance "%"', unknown
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name FROM moodle_fdw.instances lists them; moodle_fdw.add_instance() adds one.';
    END IF;
    SELECT array_agg(name ORDER BY name) FILTER (WHERE has_token),
           string_agg(name, ', ' ORDER BY name) FILTER (WHERE NOT has_token)
    INTO chosen, without_token
    FROM @extschema@.instances
    WHERE (wanted IS NULL OR name = ANY (wanted)) AND has_server_privilege(name, 'USAGE');
    IF wanted IS NOT NULL AND cardinality(wanted) > coalesce(cardinality(chosen), 0)
       OR chosen IS NULL THEN
        RAISE EXCEPTION 'no instance to refresh%',
                coalesce(': ' || coalesce(without_token, array_to_string(wanted, ', ')), '')
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('A refresh reads as the role that asks for it: %s needs USAGE on the server and a user mapping with a token. moodle_fdw.add_instance() connects a site.',
                                CURRENT_USER);
    END IF;
    RETURN chosen;
END
$$;

COMMENT ON FUNCTION @extschema@.chosen_instances(text[]) IS
    'part of refresh(): the instances that the current role can read';
