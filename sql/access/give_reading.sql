-- What a grant is worth nothing without: SELECT on what row security holds for, and on nothing else.
-- Partitions are read through their tables.
CREATE FUNCTION @extschema@.give_reading(to_role text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT format('USAGE ON SCHEMA %I', nspname) AS what FROM pg_namespace
        WHERE nspname IN ('moodle_stg', 'moodle_mart') AND pg_has_role(nspowner, 'USAGE')
          AND NOT has_schema_privilege(to_role, oid, 'USAGE')
        UNION ALL
        SELECT format('SELECT ON %s', found.relation)
        FROM @extschema@.warehouse_relations() found
        JOIN pg_class ON pg_class.oid = found.relation
        WHERE relnamespace IN ('moodle_stg'::regnamespace, 'moodle_mart'::regnamespace)
          AND NOT is_partition AND pg_has_role(owner, 'USAGE')
          AND (relrowsecurity OR kind = 'v') AND NOT has_table_privilege(to_role, found.relation, 'SELECT')
    LOOP
        EXECUTE format('GRANT %s TO %I', one.what, to_role);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.give_reading(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.give_reading(text) IS 'part of grant_access(): SELECT on staging and marts';
