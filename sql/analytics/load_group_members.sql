CREATE FUNCTION @extschema@.load_group_members(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF NOT @extschema@.site_has(of_instance, 'groups', 'groups_members') THEN
        RETURN 0;
    END IF;
    RETURN @extschema@.merge_site_rows(of_instance, 'group_members', '{group_id,moodle_user_id}', format(
        'SELECT DISTINCT part.groupid AS group_id, part.userid AS moodle_user_id, owner.courseid AS moodle_course_id
         FROM %s part JOIN %s owner ON owner.id = part.groupid',
        @extschema@.site_table(of_instance, 'groups_members'), @extschema@.site_table(of_instance, 'groups')),
        whole => true);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_group_members(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_group_members(text) IS
    'brings moodle_stg.group_members up to the site''s database; the rows written';
