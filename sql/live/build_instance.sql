-- Everything of add_instance() but the token, which never stands in a statement's text.
CREATE FUNCTION @extschema@.build_instance(name text, url text, options jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    server_options text;
BEGIN
    IF name !~ '^[a-z][a-z0-9_]{0,62}$' THEN
        RAISE EXCEPTION 'invalid name of an instance: "%"', left(name, 80)
            USING ERRCODE = 'invalid_name',
                  HINT = 'It names a server and a schema: up to 63 lower-case letters, digits and underscores, beginning with a letter.';
    END IF;
    IF name ~ '^pg_' OR name IN ('information_schema', 'public', 'cron', 'moodle_fdw', 'moodle_raw',
                                 'moodle_stg', 'moodle_mart') THEN
        RAISE EXCEPTION 'the name "%" is taken for a schema of another purpose', name
            USING ERRCODE = 'reserved_name', HINT = 'Choose another one, such as "moodle1".';
    END IF;
    IF EXISTS (SELECT FROM pg_foreign_server WHERE srvname = name) THEN
        RAISE EXCEPTION 'there is an instance or server "%" already', name
            USING ERRCODE = 'duplicate_object',
                  HINT = format('ALTER SERVER %I OPTIONS (…) changes it; moodle_fdw.remove_instance(%L) takes it away.',
                                name, name);
    END IF;
    IF to_regnamespace(quote_ident(name)) IS NOT NULL THEN
        RAISE EXCEPTION 'there is a schema "%" already', name
            USING ERRCODE = 'duplicate_schema',
                  HINT = 'The instance''s tables get a schema of its name: choose another name, or rename the schema.';
    END IF;
    IF jsonb_typeof(options) <> 'object' OR options ?| ARRAY['url', 'token'] THEN
        RAISE EXCEPTION 'options must be a JSON object of server options without url and token'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'For example {"max_connections": "8"}; docs/options.md lists them.';
    END IF;
    SELECT string_agg(format(', %I %L', key, value), '' ORDER BY key) INTO server_options
    FROM jsonb_each_text(options);
    EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url %L%s)',
                   name, url, coalesce(server_options, ''));
    EXECUTE format('CREATE SCHEMA %I', name);
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', name, 'live tables of the Moodle at ' || url);
    PERFORM @extschema@.complete_instance(name);
    -- The first instance brings the warehouse with it, where the role may; live tables need none.
    -- What a refresh reads is made here too: whose refresh it is may not be allowed to make tables.
    IF has_function_privilege('@extschema@.deploy()', 'EXECUTE') THEN
        IF to_regclass('moodle_raw.landing') IS NULL THEN
            PERFORM @extschema@.deploy();
        END IF;
        PERFORM @extschema@.ensure_served(name);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_instance(text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_instance(text, text, jsonb) IS 'part of add_instance()';
