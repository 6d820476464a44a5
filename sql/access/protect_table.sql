-- What a policy was made from is its comment, so that one that is right is left alone: to make it
-- anew would wait for every query on the table.
CREATE FUNCTION @extschema@.protect_table(of_relation regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    condition CONSTANT text := @extschema@.access_condition(of_relation);
    worker CONSTANT text := (SELECT rolname FROM pg_roles WHERE rolname = 'moodle_etl');
BEGIN
    IF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = of_relation) THEN
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', of_relation);
    END IF;
    IF (SELECT obj_description(oid, 'pg_policy') FROM pg_policy
        WHERE polrelid = of_relation AND polname = 'moodle_fdw_access') IS DISTINCT FROM condition THEN
        EXECUTE format('DROP POLICY IF EXISTS moodle_fdw_access ON %s', of_relation);
        EXECUTE format('CREATE POLICY moodle_fdw_access ON %s USING (%s) WITH CHECK ((SELECT @extschema@.sees_all()))',
                       of_relation, condition);
        EXECUTE format('COMMENT ON POLICY moodle_fdw_access ON %s IS %L', of_relation, condition);
    END IF;
    -- Who refreshes: a condition that is true is none, and its plans are as before.
    IF worker IS NOT NULL AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = of_relation
                                            AND polname = 'moodle_fdw_work') THEN
        EXECUTE format('CREATE POLICY moodle_fdw_work ON %s TO moodle_etl USING (true) WITH CHECK (true)',
                       of_relation);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.protect_table(regclass) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.protect_table(regclass) IS 'part of apply_access(): row security of one table';
