CREATE FUNCTION @extschema@.unschedule(instance text DEFAULT NULL) RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    job bigint;
    ended integer := 0;
BEGIN
    PERFORM @extschema@.require_scheduler(format(
        'SELECT cron.unschedule(jobid) FROM cron.job WHERE database = %L AND command LIKE %L;',
        current_database(),
        CASE WHEN instance IS NULL THEN 'CALL moodle_fdw.refresh(%'
             ELSE format('CALL moodle_fdw.refresh(instances => ARRAY[%L])', instance) END));
    FOR job IN
        SELECT planned.job_id FROM @extschema@.schedules planned
        WHERE unschedule.instance IS NULL OR planned.instance = unschedule.instance
    LOOP
        EXECUTE 'SELECT cron.unschedule($1)' USING job;
        ended := ended + 1;
    END LOOP;
    RETURN ended;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.unschedule(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.unschedule(text) IS
    'takes the scheduled refreshes of an instance, or all of them (NULL), from pg_cron; gives how many there were';
