-- With the rights of the owner: who starts it need not see the key. Two random UUIDs have 244 random bits.
CREATE FUNCTION @extschema@.new_key(of_instance text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
    INSERT INTO @extschema@.pseudonym_keys (instance, key)
    VALUES (of_instance, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
    ON CONFLICT DO NOTHING
    $$;

REVOKE EXECUTE ON FUNCTION @extschema@.new_key(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.new_key(text) IS
    'part of pseudonymise(): makes the key of an instance, if it has none';
