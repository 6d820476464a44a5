CREATE FUNCTION @extschema@.try_begin_activity(
        of_instance text, processes text[], days date[], first_day date, backfill boolean,
        every_course boolean, batch integer, OUT more boolean, OUT problem jsonb)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    state text;
    said text;
    advice text;
    about text;
BEGIN
    PERFORM @extschema@.begin_activity(of_instance, processes, days, first_day, backfill, every_course, batch);
    more := true;
EXCEPTION
    WHEN query_canceled OR admin_shutdown THEN
        RAISE;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
            about = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
        -- Of a savepoint that fails the lock does not hear.
        IF state <> '55P03' THEN
            PERFORM @extschema@.let_go_of_lock(@extschema@.lock_class('activity'), hashtext(of_instance));
        END IF;
        more := false;
        problem := jsonb_build_object('instance', of_instance, 'what', 'begin', 'state', state,
                                      'message', said, 'detail', about, 'hint', advice);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.try_begin_activity(text, text[], date[], date, boolean, boolean, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.try_begin_activity(text, text[], date[], date, boolean, boolean, integer) IS
    'part of run_activity(): begin_activity(), its error as a value';
