-- What setup_roles() gives on things that come later: instances, and tables of the warehouse. Gives
-- what the current role may give, and passes over the rest; before setup_roles(), does nothing.
CREATE FUNCTION @extschema@.grant_roles() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    one record;
    -- The warehouse belongs to all who may change it, not to who happened to deploy it.
    may_pass_on boolean;
BEGIN
    -- Before anything new can be read.
    PERFORM @extschema@.apply_access();
    -- Roles are the cluster's; what counts is whether they were set up in this database.
    IF to_regrole('moodle_admin') IS NULL OR to_regrole('moodle_etl') IS NULL
       OR to_regrole('moodle_reader') IS NULL
       OR NOT has_function_privilege('moodle_etl', '@extschema@.start_worker(bigint, text)', 'EXECUTE') THEN
        RETURN;
    END IF;
    may_pass_on := pg_has_role('moodle_admin', 'MEMBER');
    FOR one IN
        SELECT server.srvname FROM pg_foreign_server server
        JOIN pg_foreign_data_wrapper wrapper ON wrapper.oid = server.srvfdw
        WHERE wrapper.fdwname = 'moodle_fdw' AND pg_has_role(server.srvowner, 'USAGE')
          AND NOT has_server_privilege('moodle_etl', server.oid, 'USAGE')
    LOOP
        EXECUTE format('GRANT USAGE ON FOREIGN SERVER %I TO moodle_etl', one.srvname);
    END LOOP;
    FOR one IN
        SELECT CASE relation.relkind WHEN 'v' THEN 'VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
                                     WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind,
               format('%I.%I', nspname, relname) AS name
        FROM pg_class relation JOIN pg_namespace layer ON layer.oid = relation.relnamespace
        WHERE nspname IN ('moodle_raw', 'moodle_stg', 'moodle_mart')
          AND relkind IN ('r', 'p', 'v', 'm', 'f')
          AND relowner IN (to_regrole(quote_ident(current_user)), nspowner)
          AND relowner <> to_regrole('moodle_admin') AND pg_has_role(relowner, 'USAGE') AND may_pass_on
        UNION ALL
        SELECT 'ROUTINE', routine.oid::regprocedure::text
        FROM pg_proc routine JOIN pg_namespace layer ON layer.oid = routine.pronamespace
        WHERE nspname IN ('moodle_raw', 'moodle_stg', 'moodle_mart')
          AND proowner IN (to_regrole(quote_ident(current_user)), nspowner)
          AND proowner <> to_regrole('moodle_admin') AND pg_has_role(proowner, 'USAGE') AND may_pass_on
        UNION ALL
        SELECT 'SCHEMA', quote_ident(nspname)
        FROM pg_namespace
        WHERE nspname IN ('moodle_raw', 'moodle_stg', 'moodle_mart')
          AND nspowner <> to_regrole('moodle_admin') AND pg_has_role(nspowner, 'USAGE') AND may_pass_on
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO moodle_admin', one.kind, one.name);
    END LOOP;
    FOR one IN
        SELECT wanted.role_name, string_agg(wanted.privilege, ', ') AS may, wanted.relation
        FROM (SELECT layer.role_name, layer.privilege, format('%I.%I', nspname, relname) AS relation,
                     coalesce(relacl, acldefault('r', relowner)) AS acl
              FROM (VALUES ('moodle_etl', 'moodle_raw', 'SELECT', false),
                           ('moodle_etl', 'moodle_raw', 'INSERT', true),
                           ('moodle_etl', 'moodle_raw', 'DELETE', true),
                           ('moodle_etl', 'moodle_stg', 'SELECT', false),
                           ('moodle_etl', 'moodle_stg', 'INSERT', true),
                           ('moodle_etl', 'moodle_stg', 'UPDATE', true),
                           ('moodle_etl', 'moodle_stg', 'DELETE', true),
                           ('moodle_etl', 'moodle_mart', 'SELECT', false),
                           ('moodle_etl', 'moodle_mart', 'INSERT', true),
                           ('moodle_etl', 'moodle_mart', 'UPDATE', true),
                           ('moodle_etl', 'moodle_mart', 'DELETE', true),
                           ('moodle_reader', 'moodle_stg', 'SELECT', false),
                           ('moodle_reader', 'moodle_mart', 'SELECT', false))
                   layer(role_name, name, privilege, writes)
              JOIN pg_namespace ON nspname = layer.name
              JOIN pg_class ON relnamespace = pg_namespace.oid
              WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_has_role(relowner, 'USAGE')
                -- Partitions are read through their tables; no policy can be put on the others.
                AND NOT (layer.role_name = 'moodle_reader'
                         AND (relispartition
                              OR relkind IN ('m', 'f') AND @extschema@.access_enabled()))
                -- Rules that people set, no refresh.
                AND NOT (writes AND (relkind IN ('v', 'm', 'f')
                                     OR relname IN ('role_kinds', 'role_ranks', 'course_unit_rules',
                                                    'analytics_thresholds', 'activity_kinds')))
                AND NOT (relispartition AND nspname <> 'moodle_raw')) wanted
        WHERE NOT EXISTS (SELECT FROM aclexplode(wanted.acl) given
                          WHERE given.grantee = to_regrole(wanted.role_name)
                            AND given.privilege_type = wanted.privilege)
        GROUP BY wanted.role_name, wanted.relation
    LOOP
        EXECUTE format('GRANT %s ON %s TO %I', one.may, one.relation, one.role_name);
    END LOOP;
    FOR one IN
        SELECT routine.oid::regprocedure AS signature FROM pg_proc routine
        WHERE pronamespace = to_regnamespace('moodle_stg') AND proname IN ('add_events_month', 'tend_events')
          AND pg_has_role(proowner, 'USAGE')
          AND NOT has_function_privilege('moodle_etl', routine.oid, 'EXECUTE')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO moodle_etl', one.signature);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.grant_roles() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.grant_roles() IS
    'gives moodle_etl and moodle_reader their rights on instances and tables that came after setup_roles()';
