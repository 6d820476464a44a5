CREATE FUNCTION @extschema@.distrust_claims(role text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    DELETE FROM @extschema@.web_layers WHERE role_name = role;
    PERFORM @extschema@.take_reading(role);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.distrust_claims(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.distrust_claims(text) IS
    'makes a web layer a role like others: request.jwt.claims says nothing for it any more';
