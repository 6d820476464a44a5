-- Read with the rights of the owner, and told of whoever asks only: policies are evaluated as the
-- role that queries, which may not read the grants of others. CURRENT_USER is that role here too.
-- Who asks is a row, not a subselect: with one of these no query over the warehouse could be parallel.
CREATE VIEW @extschema@.my_access WITH (security_barrier) AS
    SELECT given.directorate, given.unit, given.instance
    FROM (SELECT @extschema@.web_user() AS web_user OFFSET 0) asking
    JOIN @extschema@.access_grants given
      ON CASE WHEN asking.web_user IS NULL
              THEN NOT given.is_web
                   AND pg_catalog.pg_has_role(pg_catalog.to_regrole(pg_catalog.quote_ident(given.grantee))::oid, 'USAGE')
              ELSE given.is_web AND given.grantee OPERATOR(pg_catalog.=) asking.web_user END;

COMMENT ON VIEW @extschema@.my_access IS
    'what whoever asks may see: the current role, or the person that a web layer speaks for; NULL = any';
GRANT SELECT ON @extschema@.my_access TO PUBLIC;
