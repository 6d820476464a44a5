CREATE FUNCTION @extschema@.unlock_instance(of_instance text) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT @extschema@.let_go_of_lock(@extschema@.lock_class('instance'), hashtext(of_instance))
    $$;

REVOKE EXECUTE ON FUNCTION @extschema@.unlock_instance(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.unlock_instance(text) IS 'part of refresh()';
