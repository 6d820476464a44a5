-- Who is no longer listed stays, marked: enrolments and grades still name them.
CREATE FUNCTION @extschema@.load_users(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN @extschema@.load_rows('users', '{moodle_user_id}',
                                  instance, after_id, up_to_id, keep_deleted => true);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_users(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_users(text, bigint, bigint) IS
    'brings moodle_stg.users up to a range of the landing table; the rows written';
