-- The instance belongs to this session from here on; what another left behind has failed, and its
-- queue is this one's.
CREATE FUNCTION @extschema@.begin_analytics(of_instance text, since date) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    opened bigint;
BEGIN
    IF to_regclass('moodle_mart.learner_weeks') IS NULL THEN
        PERFORM @extschema@.deploy();
    END IF;
    IF NOT @extschema@.hold_lock(@extschema@.lock_class('activity'), hashtext(of_instance)) THEN
        RAISE EXCEPTION 'activity of "%" is already running', of_instance
            USING ERRCODE = 'lock_not_available',
                  HINT = 'SELECT * FROM moodle_fdw.analytics_status shows how far it is.';
    END IF;
    UPDATE @extschema@.analytics_runs SET status = 'failed', finished_at = clock_timestamp(),
           error = 'broke off; the next run goes on where it stopped'
    WHERE instance = of_instance AND status = 'running';
    IF begin_analytics.since IS NOT NULL THEN
        -- Whoever asks for that has reasons not to trust what is here.
        UPDATE @extschema@.analytics_loaded SET last_epoch = 0
        WHERE instance = of_instance AND source NOT IN ('events', 'grade_history');
    END IF;
    INSERT INTO @extschema@.analytics_runs (instance, status, step, since)
    VALUES (of_instance, 'running', 'begin', begin_analytics.since) RETURNING run_id INTO opened;
    RETURN opened;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.begin_analytics(text, date) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.begin_analytics(text, date) IS 'part of run_analytics()';
