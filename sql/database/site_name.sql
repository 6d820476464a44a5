-- Web services give names as HTML, as Moodle's format_string() makes it; in the database they stand
-- as they were typed.
CREATE FUNCTION @extschema@.site_name(typed text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT replace(replace(regexp_replace(regexp_replace(typed,
               '&(?![a-zA-Z0-9#]{1,8};)', '&amp;', 'g'), '<[a-zA-Z/!?][^>]*>', '', 'g'), '<', '&lt;'), '>', '&gt;')
    $$;

COMMENT ON FUNCTION @extschema@.site_name(text) IS 'a name out of a site''s database as web services give it';
