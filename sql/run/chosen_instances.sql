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
    WHERE NOT @extschema@.has_services(asked.name) AND NOT @extschema@.has_database(asked.name);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'there is no moodle instance "%"', unknown
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name FROM moodle_fdw.instances lists them; moodle_fdw.add_instance() adds one, moodle_fdw.attach_database() one that is read from its database alone.';
    END IF;
    SELECT array_agg(name ORDER BY name) FILTER (WHERE can_read),
           string_agg(name, ', ' ORDER BY name) FILTER (WHERE NOT can_read)
    INTO chosen, without_token
    FROM (SELECT name, has_token AS can_read FROM @extschema@.instances
          WHERE has_server_privilege(name, 'USAGE')
          UNION ALL
          -- Fed by its database alone.
          SELECT attached.instance, @extschema@.can_read_database(attached.instance)
          FROM @extschema@.databases attached
          WHERE NOT @extschema@.has_services(attached.instance)) known
    WHERE wanted IS NULL OR name = ANY (wanted);
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
