CREATE FUNCTION @extschema@.check_attachable(of_instance text, prefix text, time_zone text)
    RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF of_instance IS NULL OR of_instance !~ '^[a-z][a-z0-9_]{0,59}$' THEN
        RAISE EXCEPTION 'invalid name of an instance: %', coalesce(quote_ident(left(of_instance, 80)), 'NULL')
            USING ERRCODE = 'invalid_name',
                  HINT = 'Up to 60 lower-case letters, digits and underscores, beginning with a letter; the instance need not be connected by web services.';
    END IF;
    IF EXISTS (SELECT FROM @extschema@.databases attached WHERE attached.instance = of_instance) THEN
        RAISE EXCEPTION 'a database of "%" is attached already', of_instance
            USING ERRCODE = 'duplicate_object',
                  HINT = format('SELECT moodle_fdw.detach_database(%L) takes it off; what has been loaded stays.', of_instance);
    END IF;
    IF prefix IS NULL OR prefix !~ '^[A-Za-z0-9_]{0,20}$' THEN
        RAISE EXCEPTION 'invalid prefix of tables: %', coalesce(quote_literal(left(prefix, 80)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'It is what $CFG->prefix in the site''s config.php says, mostly mdl_.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_timezone_names zone WHERE zone.name = time_zone) THEN
        RAISE EXCEPTION 'unknown time zone: %', coalesce(quote_literal(time_zone), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A name such as Europe/Zurich, as in Site administration > General > Location > Location settings > Default timezone; pg_timezone_names lists them.';
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@.check_attachable(text, text, text) IS 'part of attach_database() and attach_schema()';
