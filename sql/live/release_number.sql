CREATE FUNCTION @extschema@.release_number(release text) RETURNS int[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_to_array(substring(release FROM '^(\d+\.\d+)'), '.')::int[]
$$;

COMMENT ON FUNCTION @extschema@.release_number(text) IS
    'the branch of a Moodle by what it calls its release: 4.5.6 (Build: …) is {4,5}';
