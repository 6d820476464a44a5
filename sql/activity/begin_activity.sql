-- What is checked before anything is changed: a guard that says no leaves the state of a day alone.
-- Then the instance belongs to this session, what another left behind has failed, and the processes
-- of the days are queued.
CREATE FUNCTION @extschema@.begin_activity(
        of_instance text, processes text[], days date[], first_day date, backfill boolean,
        every_course boolean, wanted_batch integer)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    day date;
    wanted text;
    size integer;
BEGIN
    SELECT coalesce(wanted_batch, courses_a_batch) INTO STRICT size
    FROM @extschema@.databases WHERE instance = of_instance;
    IF size < 1 THEN
        RAISE EXCEPTION 'a batch is of one course at least, not %', size USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOREACH day IN ARRAY days LOOP
        PERFORM @extschema@.check_day(of_instance, coalesce(first_day, day), day, backfill);
    END LOOP;
    IF NOT @extschema@.hold_lock(@extschema@.lock_class('activity'), hashtext(of_instance)) THEN
        RAISE EXCEPTION 'activity of "%" is already running', of_instance
            USING ERRCODE = 'lock_not_available',
                  DETAIL = coalesce((SELECT format('%s for %s, since %s', process, extraction_date, date_trunc('second', started_at))
                                     FROM @extschema@.activity_runs
                                     WHERE instance = of_instance AND status = 'running' ORDER BY active_at DESC LIMIT 1),
                                    'The site is being read.'),
                  HINT = 'SELECT * FROM moodle_fdw.activity_status shows how far it is.';
    END IF;
    UPDATE @extschema@.activity_runs SET status = 'failed', finished_at = clock_timestamp(),
           error = 'broke off; running it again goes on where it stopped'
    WHERE instance = of_instance AND status IN ('queued', 'running');
    IF NOT 'activity_counts' = ANY (processes) AND 'user_activity' = ANY (processes) THEN
        FOREACH day IN ARRAY days LOOP
            PERFORM @extschema@.check_first_two(of_instance, day, coalesce(first_day, day));
        END LOOP;
    END IF;
    FOREACH day IN ARRAY days LOOP
        FOREACH wanted IN ARRAY processes LOOP
            INSERT INTO @extschema@.activity_runs AS run (instance, process, extraction_date, from_date,
                status, batch, all_courses)
            VALUES (of_instance, wanted, day, coalesce(first_day, day), 'queued', size, every_course)
            ON CONFLICT (instance, extraction_date, process) DO UPDATE SET
                -- What was done before a break is done; a day that is run anew is counted anew, and so
                -- is one that was not yet over.
                begun_at = CASE WHEN run.status = 'failed' AND run.from_date = excluded.from_date
                                     AND run.all_courses = every_course
                                     AND run.begun_at >= (day + 1)::timestamp AT TIME ZONE @extschema@.site_time_zone(of_instance)
                                THEN run.begun_at END,
                status = 'queued', from_date = excluded.from_date, all_courses = every_course,
                batch = size, started_at = NULL, finished_at = NULL, error = NULL,
                active_at = clock_timestamp();
        END LOOP;
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.begin_activity(text, text[], date[], date, boolean, boolean, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.begin_activity(text, text[], date[], date, boolean, boolean, integer) IS 'part of run_activity()';
