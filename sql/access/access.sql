-- All of it to those who may grant, to others their own.
CREATE VIEW @extschema@.access WITH (security_barrier) AS
    SELECT given.grantee, given.is_web, given.directorate, given.unit, given.instance,
           CASE WHEN given.directorate IS NULL AND given.unit IS NULL AND given.instance IS NULL
                THEN 'all' ELSE 'part' END AS sees,
           NOT given.is_web
               AND pg_catalog.to_regrole(pg_catalog.quote_ident(given.grantee)) IS NULL AS role_is_gone,
           given.granted_by, given.granted_at
    FROM @extschema@.access_grants given
    WHERE pg_catalog.has_table_privilege('@extschema@.access_grants', 'SELECT')
       OR NOT given.is_web
          AND pg_catalog.pg_has_role(pg_catalog.to_regrole(pg_catalog.quote_ident(given.grantee))::oid, 'USAGE')
          AND NOT EXISTS (SELECT FROM @extschema@.my_web_layer)
    ORDER BY given.grantee, given.grant_id;

COMMENT ON VIEW @extschema@.access IS
    'who was granted what (NULL = any): all grants to administrators, one''s own to others';
GRANT SELECT ON @extschema@.access TO PUBLIC;
