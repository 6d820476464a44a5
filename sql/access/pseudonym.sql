-- With the rights of the owner, who alone can read the key; so it is closed to all but those who
-- refresh and administer: with it one can try names.
CREATE FUNCTION @extschema@.pseudonym(of_instance text, value text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    secret bytea;
BEGIN
    IF value = '' OR value ~ '^~[0-9a-f]{20}$' THEN
        RETURN value;
    END IF;
    SELECT key INTO STRICT secret FROM @extschema@.pseudonym_keys WHERE instance = of_instance;
    RETURN '~' || encode(substring(sha256(secret || sha256(secret || convert_to(value, 'UTF8'))) FROM 1 FOR 10), 'hex');
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.pseudonym(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.pseudonym(text, text) IS
    'what a value is called in an instance that is pseudonymised: a keyed hash; nothing, and what is one already, stays as it is';
