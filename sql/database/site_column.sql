-- A column that not every Moodle has, or that its owner keeps to himself.
CREATE FUNCTION @extschema@.site_column(of_instance text, of_table text, alias text, name text, otherwise text)
    RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM pg_attribute
                             WHERE attrelid = to_regclass(@extschema@.site_table(of_instance, of_table))
                               AND attname = name AND NOT attisdropped)
                THEN format('%I.%I', alias, name) ELSE otherwise END
    $$;

COMMENT ON FUNCTION @extschema@.site_column(text, text, text, text, text) IS
    'part of refresh(): a column of an attached database, or what stands for it where it is not there';
