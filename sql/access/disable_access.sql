CREATE FUNCTION @extschema@.disable_access() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    one record;
BEGIN
    DELETE FROM @extschema@.access_state;
    FOR one IN SELECT * FROM @extschema@.warehouse_relations() WHERE pg_has_role(owner, 'USAGE') LOOP
        IF one.kind IN ('r', 'p') THEN
            EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', one.relation);
            EXECUTE format('DROP POLICY IF EXISTS moodle_fdw_access ON %s', one.relation);
            EXECUTE format('DROP POLICY IF EXISTS moodle_fdw_work ON %s', one.relation);
        ELSIF one.kind = 'v' AND current_setting('server_version_num')::integer >= 150000 THEN
            EXECUTE format('ALTER VIEW %s RESET (security_invoker)', one.relation);
        END IF;
    END LOOP;
    DROP VIEW IF EXISTS moodle_mart.visible_categories, moodle_mart.visible_people,
                        moodle_mart.wholly_visible_people, moodle_mart.visible_courses;
    -- Makes the views anew that protect_view() changed on older servers.
    PERFORM @extschema@.deploy();
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.disable_access() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.disable_access() IS
    'takes row security off the warehouse: whoever may read a table reads all of it; grants stay for when it is on again';
