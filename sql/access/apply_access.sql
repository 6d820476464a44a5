-- Goes by what stands in the schemas, so that what others add is covered. What is another's is passed
-- over: access_gaps tells of it.
CREATE FUNCTION @extschema@.apply_access() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    one record;
    reader text;
BEGIN
    IF NOT @extschema@.access_enabled() OR to_regclass('moodle_mart.course_units') IS NULL
       OR NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = to_regclass('moodle_mart.course_units')), 'USAGE') THEN
        RETURN;
    END IF;
    PERFORM @extschema@.make_visible();
    FOR one IN SELECT * FROM @extschema@.warehouse_relations() WHERE pg_has_role(owner, 'USAGE') LOOP
        IF one.kind IN ('r', 'p') THEN
            PERFORM @extschema@.protect_table(one.relation);
        ELSIF one.kind = 'v' THEN
            PERFORM @extschema@.protect_view(one.relation);
        ELSE
            -- No policy can be put on these.
            FOR reader IN
                SELECT DISTINCT CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END
                FROM pg_class, aclexplode(relacl) given
                WHERE oid = one.relation AND given.grantee <> relowner
                  AND given.grantee <> coalesce(to_regrole('moodle_etl'), 0)
            LOOP
                EXECUTE format('REVOKE ALL ON %s FROM %s', one.relation, reader);
            END LOOP;
        END IF;
    END LOOP;
    FOR one IN SELECT grantee AS role_name FROM @extschema@.access_grants WHERE NOT is_web
               UNION SELECT role_name FROM @extschema@.web_layers LOOP
        IF to_regrole(quote_ident(one.role_name)) IS NOT NULL THEN
            PERFORM @extschema@.give_reading(one.role_name);
        END IF;
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.apply_access() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.apply_access() IS
    'puts row security on whatever stands in moodle_raw, moodle_stg and moodle_mart, if it is on; deploy() calls it';
