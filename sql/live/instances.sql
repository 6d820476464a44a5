CREATE VIEW @extschema@.instances AS
    SELECT server.srvname::text AS name,
           (SELECT option_value FROM pg_catalog.pg_options_to_table(server.srvoptions)
            WHERE option_name OPERATOR(pg_catalog.=) 'url') AS url,
           (SELECT pg_catalog.jsonb_object_agg(option_name, option_value)
            FROM pg_catalog.pg_options_to_table(server.srvoptions)
            WHERE option_name OPERATOR(pg_catalog.<>) 'url') AS options,
           pg_catalog.pg_get_userbyid(server.srvowner)::text AS owner,
           EXISTS (SELECT FROM pg_catalog.pg_user_mappings mapping
                   WHERE mapping.srvid OPERATOR(pg_catalog.=) server.oid
                     AND mapping.usename OPERATOR(pg_catalog.=) ANY
                         (ARRAY[CURRENT_USER::name, 'public'])) AS has_token,
           (SELECT pg_catalog.count(*)
            FROM pg_catalog.pg_foreign_table foreign_table
            JOIN pg_catalog.pg_class relation
              ON relation.oid OPERATOR(pg_catalog.=) foreign_table.ftrelid
            JOIN pg_catalog.pg_namespace schema
              ON schema.oid OPERATOR(pg_catalog.=) relation.relnamespace
            -- Those in moodle_raw are the warehouse's way to the site.
            WHERE foreign_table.ftserver OPERATOR(pg_catalog.=) server.oid
              AND schema.nspname OPERATOR(pg_catalog.<>) 'moodle_raw') AS tables
    FROM pg_catalog.pg_foreign_server server
    JOIN pg_catalog.pg_foreign_data_wrapper wrapper
      ON wrapper.oid OPERATOR(pg_catalog.=) server.srvfdw
    WHERE wrapper.fdwname OPERATOR(pg_catalog.=) 'moodle_fdw'
    ORDER BY server.srvname;

COMMENT ON VIEW @extschema@.instances IS
    'the Moodle sites: one foreign server each; has_token = the current role has a user mapping';
GRANT SELECT ON @extschema@.instances TO PUBLIC;
