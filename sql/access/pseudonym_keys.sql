-- No role is given any right on it: pseudonym() reads it with the rights of the owner.
CREATE TABLE @extschema@.pseudonym_keys (
    instance text PRIMARY KEY,
    key bytea NOT NULL CHECK (pg_catalog.octet_length(key) OPERATOR(pg_catalog.>=) 32)
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.pseudonym_keys', '');
COMMENT ON TABLE @extschema@.pseudonym_keys IS
    'the secret of each instance''s pseudonyms: for the owner of the extension alone';
