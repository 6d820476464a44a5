-- Read with the rights of the owner, told of the current role only: what claims it speaks for.
CREATE VIEW @extschema@.my_web_layer WITH (security_barrier) AS
    SELECT layer.claim
    FROM @extschema@.web_layers layer
    WHERE layer.role_name OPERATOR(pg_catalog.=) CURRENT_USER::text;

COMMENT ON VIEW @extschema@.my_web_layer IS
    'a row where the current role is a web layer: the claim that names who asks';
GRANT SELECT ON @extschema@.my_web_layer TO PUBLIC;
