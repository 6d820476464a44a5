-- What is protected: all that stands in the three schemas, yours too.
CREATE FUNCTION @extschema@.warehouse_relations()
    RETURNS TABLE (relation regclass, kind "char", owner oid, is_partition boolean)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT pg_class.oid::regclass, relkind, relowner, relispartition
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('moodle_raw', 'moodle_stg', 'moodle_mart')
      AND relkind IN ('r', 'p', 'v', 'm', 'f')
      -- Made by make_visible(): they hold the rule themselves.
      AND NOT (nspname = 'moodle_mart'
               AND relname IN ('visible_courses', 'visible_people', 'wholly_visible_people',
                           'visible_categories'))
      -- What a refresh reads of a site, with a token of its own.
      AND NOT (nspname = 'moodle_raw' AND relkind = 'f')
    $$;

COMMENT ON FUNCTION @extschema@.warehouse_relations() IS
    'part of apply_access(): tables and views of moodle_raw, moodle_stg and moodle_mart';
