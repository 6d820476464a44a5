CREATE FUNCTION @extschema@.database_role(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT 0::bigint AS unit_id, role.id::text AS record_key, role.id::bigint AS moodle_id,
                jsonb_build_object(%s) AS served
         FROM %s role',
        @extschema@.site_fields(of_instance, 'role', 'role', 'id name shortname archetype sortorder description'),
        @extschema@.site_table(of_instance, 'role'))
    $$;

COMMENT ON FUNCTION @extschema@.database_role(text, bigint, bigint) IS
    'part of refresh(): the roles of an attached database, as a SELECT';
