-- What a refresh reads: foreign tables with nothing but the key, the hash and the record's text,
-- moodle_raw.served_<instance>_<entity>. Made anew where what they should be has changed.
CREATE FUNCTION @extschema@.ensure_served(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    one record;
    target text;
    definition text;
    wanted text;
    made boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM @extschema@.instances WHERE name = of_instance) THEN
        RAISE EXCEPTION 'there is no moodle instance "%"', of_instance
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name FROM moodle_fdw.instances lists them.';
    END IF;
    made := @extschema@.ensure_landing(of_instance);
    FOR one IN SELECT * FROM @extschema@.raw_entities WHERE derived_from IS NULL LOOP
        target := @extschema@.served_table(of_instance, one.entity);
        SELECT string_agg(format('%I bigint', name), ', ' ORDER BY name) INTO definition
        FROM (SELECT DISTINCT name
              FROM unnest(one.key_columns || CASE WHEN one.unit = 'site' THEN '{}'::text[]
                                                  ELSE '{course_id}' END) name) names;
        definition := format(
            '%s%s, hash bytea OPTIONS (path '''', type ''md5''%s), served json OPTIONS (path '''')',
            definition,
            CASE WHEN one.unit = 'enrolment'
                 THEN ', reason text, pair text OPTIONS (param ''courseid:userid'')' ELSE '' END,
            CASE WHEN cardinality(one.volatile_fields) > 0
                 THEN format(', without %L', array_to_string(one.volatile_fields, ',')) END);
        -- A refresh wants what the site has now, whatever the server's cache_ttl.
        wanted := format('entity %L, on_unit_error %L, cache_ttl %L', one.live_entity,
                         CASE one.unit WHEN 'site' THEN 'fail' ELSE 'skip' END, '0');
        IF obj_description(to_regclass(target), 'pg_class')
           IS DISTINCT FROM concat(definition, ' ', wanted) THEN
            EXECUTE format('DROP FOREIGN TABLE IF EXISTS %s', target);
            EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS (%s)',
                           target, definition, of_instance, wanted);
            EXECUTE format('COMMENT ON FOREIGN TABLE %s IS %L', target,
                           concat(definition, ' ', wanted));
            made := true;
        END IF;
    END LOOP;
    IF made THEN
        PERFORM @extschema@.grant_roles();
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.ensure_served(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.ensure_served(text) IS
    'makes what a refresh of an instance reads and writes: its partition of the landing, its tables of served records';
