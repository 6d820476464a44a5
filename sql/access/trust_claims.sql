CREATE FUNCTION @extschema@.trust_claims(role text, claim text DEFAULT 'username') RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF to_regrole(quote_ident(role)) IS NULL THEN
        RAISE EXCEPTION 'there is no role "%"', role USING ERRCODE = 'undefined_object';
    END IF;
    IF coalesce(claim, '') = '' THEN
        RAISE EXCEPTION 'which claim names the user?' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM @extschema@.enable_access();
    -- Row security would not hold for it, whatever the request says.
    IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = role)
       OR EXISTS (SELECT FROM @extschema@.warehouse_relations() WHERE pg_has_role(role, owner, 'USAGE'))
       OR (CASE WHEN to_regrole('moodle_etl') IS NOT NULL
                THEN pg_has_role(role, 'moodle_etl', 'USAGE') ELSE false END) THEN
        RAISE EXCEPTION 'role "%" sees all by what it is, whatever a request claims', role
            USING ERRCODE = 'invalid_grant_operation',
                  HINT = 'A web layer is to be a role of its own: no superuser, no BYPASSRLS, not in moodle_admin or moodle_etl.';
    END IF;
    INSERT INTO @extschema@.web_layers (role_name, claim) VALUES (role, trust_claims.claim)
    ON CONFLICT (role_name) DO UPDATE SET claim = excluded.claim;
    PERFORM @extschema@.give_reading(role);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.trust_claims(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.trust_claims(text, text) IS
    'makes a role a web layer: what it sees is what was granted to the user that request.jwt.claims names by this claim, and an error without one';
