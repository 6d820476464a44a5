CREATE FUNCTION @extschema@.why_not_offered(function text, capabilities text[], release text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(
        (SELECT format('this Moodle is %s: %s', split_part(release, ' ', 1), c.what)
         FROM @extschema@.version_changes() c
         WHERE why_not_offered.function LIKE c.functions
           AND CASE WHEN c.gone THEN string_to_array(c.moodle, '.')::int[] <= @extschema@.release_number(release)
                    ELSE string_to_array(c.moodle, '.')::int[] > @extschema@.release_number(release) END
         LIMIT 1),
        'not among the functions of the token''s service (Site administration > Server > Web services > '
        'External services > Functions), or this site lacks the plugin that brings it'
        || CASE WHEN capabilities <> '{}' THEN '; its user needs ' || array_to_string(capabilities, ', ') ELSE '' END)
$$;

COMMENT ON FUNCTION @extschema@.why_not_offered(text, text[], text) IS
    'in words why a site of this release does not offer a known function';
