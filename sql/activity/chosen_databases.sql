CREATE FUNCTION @extschema@.chosen_databases(wanted text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    unknown text;
    chosen text[];
BEGIN
    SELECT string_agg(DISTINCT asked.name, '", "') INTO unknown
    FROM unnest(wanted) asked(name)
    WHERE NOT EXISTS (SELECT FROM @extschema@.databases known WHERE known.instance = asked.name);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'no database of "%" is attached', unknown
            USING ERRCODE = 'undefined_object', HINT = 'SELECT * FROM moodle_fdw.databases lists them.';
    END IF;
    SELECT array_agg(instance ORDER BY instance) INTO chosen
    FROM @extschema@.databases WHERE wanted IS NULL OR instance = ANY (wanted);
    IF chosen IS NULL THEN
        RAISE EXCEPTION 'no database of a Moodle is attached'
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT moodle_fdw.attach_database(…) attaches one: a site''s log is in its database alone.';
    END IF;
    RETURN chosen;
END
$$;

COMMENT ON FUNCTION @extschema@.chosen_databases(text[]) IS
    'part of run_activity(): the instances whose database is attached, or those of them that are meant';
