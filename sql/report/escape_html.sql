CREATE FUNCTION @extschema@.escape_html(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    -- Control characters are not allowed in a page, and some sites have them in names.
    RETURN replace(replace(replace(replace(replace(
        regexp_replace(coalesce(value, ''), E'[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]', ' ', 'g'),
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');

COMMENT ON FUNCTION @extschema@.escape_html(text) IS
    'a text as content or attribute of a page; everything remote in report() goes through it';
