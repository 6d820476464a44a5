-- Empty is well.
CREATE VIEW @extschema@.access_gaps AS
    SELECT found.relation, gap.problem, gap.remedy
    FROM @extschema@.warehouse_relations() found
    JOIN pg_catalog.pg_class ON pg_class.oid = found.relation
    CROSS JOIN LATERAL (
        SELECT 'no row security'::text AS problem, 'SELECT moodle_fdw.apply_access(); as its owner'::text AS remedy
        WHERE found.kind IN ('r', 'p')
          -- A partition is read through its table, unless it may be read by itself.
          AND (NOT found.is_partition
               OR EXISTS (SELECT FROM pg_catalog.aclexplode(relacl) given
                          WHERE given.grantee <> relowner
                            AND given.grantee <> coalesce(pg_catalog.to_regrole('moodle_etl'), 0)))
          AND NOT (relrowsecurity AND EXISTS (SELECT FROM pg_catalog.pg_policy
                                              WHERE polrelid = found.relation AND polname = 'moodle_fdw_access'))
        UNION ALL
        SELECT 'its rows are not told apart: seen by those who see all',
               'INSERT INTO moodle_fdw.access_rules, then SELECT moodle_fdw.apply_access();'
        WHERE found.kind IN ('r', 'p') AND @extschema@.access_rule(found.relation) = 'all'
          AND NOT EXISTS (SELECT FROM @extschema@.access_rules WHERE pg_catalog.to_regclass(access_rules.relation) = found.relation)
        UNION ALL
        SELECT 'another policy lets rows through: ' || string_agg(polname, ', '), 'DROP POLICY, if it was not meant'
        FROM pg_catalog.pg_policy
        WHERE polrelid = found.relation AND polpermissive AND polname NOT IN ('moodle_fdw_access', 'moodle_fdw_work')
        HAVING count(*) > 0
        UNION ALL
        SELECT 'a view that reads as its owner', 'SELECT moodle_fdw.apply_access(); as its owner'
        WHERE found.kind = 'v' AND NOT coalesce(reloptions && '{security_invoker=true,security_invoker=on,security_barrier=true}', false)
        UNION ALL
        SELECT 'no policy can be put on it, and others may read it', 'REVOKE SELECT'
        WHERE found.kind IN ('m', 'f')
          AND EXISTS (SELECT FROM pg_catalog.aclexplode(relacl) given
                      WHERE given.grantee <> relowner
                        AND given.grantee <> coalesce(pg_catalog.to_regrole('moodle_etl'), 0))
    ) gap
    WHERE @extschema@.access_enabled()
    UNION ALL
    SELECT NULL, format('tables that "%s" makes in %s are readable by "%s" before they have a policy',
                        open.maker, open.layer, open.reader),
           'SELECT moodle_fdw.setup_roles(); as a superuser'
    FROM @extschema@.open_defaults() open
    WHERE @extschema@.access_enabled();

COMMENT ON VIEW @extschema@.access_gaps IS
    'while row security is on: tables and views of the warehouse that it does not hold for, or where it must be told more';
