CREATE FUNCTION @extschema@.site_table(of_instance text, name text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format('%I.%I', schema_name, prefix || $2) FROM @extschema@.databases WHERE instance = $1
    $$;

COMMENT ON FUNCTION @extschema@.site_table(text, text) IS
    'where a table of an instance''s attached database stands here; NULL = none is attached';
