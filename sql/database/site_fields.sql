-- Arguments for jsonb_build_object(): those of the columns that the site's table has. Numbers without
-- zeros at their end, since one wrapper gives them and another does not.
CREATE FUNCTION @extschema@.site_fields(of_instance text, of_table text, alias text, columns text,
                                        keep_empty boolean DEFAULT true)
    RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT coalesce(string_agg(format(
               CASE WHEN atttypid IN ('numeric'::regtype, 'float8'::regtype) THEN '%L, trim_scale(%I.%I::numeric)'
                    WHEN atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN '%L, %I.%I'
                    WHEN keep_empty THEN '%L, %I.%I::text' ELSE '%L, nullif(%I.%I::text, '''')' END,
               attname, alias, attname), ', ' ORDER BY place), '''nothing'', NULL')
    FROM unnest(string_to_array(columns, ' ')) WITH ORDINALITY wanted(name, place)
    JOIN pg_attribute ON attrelid = to_regclass(@extschema@.site_table(of_instance, of_table))
                     AND attname = name AND NOT attisdropped
    $$;

COMMENT ON FUNCTION @extschema@.site_fields(text, text, text, text, boolean) IS
    'part of refresh(): fields of a record out of a table of an attached database';
