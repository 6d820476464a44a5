-- The hash of a record tells who has the record elsewhere that it is the same one.
CREATE FUNCTION @extschema@.keyed_hash(of_instance text, value bytea) RETURNS bytea
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    secret bytea;
BEGIN
    SELECT key INTO STRICT secret FROM @extschema@.pseudonym_keys WHERE instance = of_instance;
    RETURN substring(sha256(secret || sha256(secret || value)) FROM 1 FOR 16);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.keyed_hash(text, bytea) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.keyed_hash(text, bytea) IS
    'the hash of a record in an instance that is pseudonymised';
