CREATE FUNCTION @extschema@.site_has(of_instance text, VARIADIC names text[]) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT NOT EXISTS (
        SELECT FROM @extschema@.site_tables() part
        WHERE part.name = ANY (names)
          AND (to_regclass(@extschema@.site_table(of_instance, part.name)) IS NULL
               OR EXISTS (SELECT FROM unnest(part.columns) wanted
                          WHERE NOT EXISTS (SELECT FROM pg_attribute
                                            WHERE attrelid = to_regclass(@extschema@.site_table(of_instance, part.name))
                                              AND attname = wanted AND NOT attisdropped))))
    $$;

COMMENT ON FUNCTION @extschema@.site_has(text, text[]) IS
    'whether tables of an instance''s attached database are all there, with the columns that are used: check_database() says what is missing';
