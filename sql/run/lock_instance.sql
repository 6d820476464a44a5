-- Two refreshes of one instance never overlap: open_run() sees to that. Whoever else has the instance
-- is waited for: a worker that is about to end since its leader has, rebuild_marts(), remove_instance().
CREATE FUNCTION @extschema@.lock_instance(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    class CONSTANT integer := @extschema@.lock_class('instance');
BEGIN
    WHILE NOT @extschema@.hold_lock(class, hashtext(of_instance)) LOOP
        PERFORM @extschema@.await_lock(class, hashtext(of_instance));
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.lock_instance(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.lock_instance(text) IS 'part of refresh()';
