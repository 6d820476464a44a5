CREATE TABLE @extschema@.web_layers (
    role_name text PRIMARY KEY,
    claim text NOT NULL
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.web_layers', '');
COMMENT ON TABLE @extschema@.web_layers IS
    'the roles whose word is taken for who asks (request.jwt.claims): trust_claims() keeps it';
