-- Names of courses and categories are HTML where they come from: read, then written again.
CREATE FUNCTION @extschema@.html_name(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    RETURN @extschema@.escape_html(replace(replace(replace(replace(replace(
        regexp_replace(left(value, 200), '<[^>]*>', '', 'g'),
        '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#039;', ''''), '&amp;', '&'));

COMMENT ON FUNCTION @extschema@.html_name(text) IS 'part of report(): a name as Moodle serves it, without its tags';
