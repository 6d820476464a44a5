CREATE FUNCTION @extschema@.check_first_two(of_instance text, of_day date, first_day date) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    unfinished text;
BEGIN
    SELECT string_agg(wanted.process || CASE WHEN run.status = 'failed' THEN ', which failed' ELSE '' END,
                      ' and ' ORDER BY wanted.process)
    INTO unfinished
    FROM unnest(ARRAY['activity_counts', 'user_counts']) wanted(process)
    LEFT JOIN @extschema@.activity_runs run
        ON run.instance = of_instance AND run.extraction_date = of_day AND run.process = wanted.process
    WHERE (run.status = 'completed' AND (run.process = 'user_counts' OR run.from_date = first_day)) IS NOT TRUE;
    IF unfinished IS NOT NULL THEN
        RAISE EXCEPTION 'user_activity of "%" for % waits for %', of_instance, of_day, unfinished
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('CALL moodle_fdw.run_activity(%L) runs all three; moodle_fdw.activity_status shows how they stand.', of_day);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.check_first_two(text, date, date) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.check_first_two(text, date, date) IS 'part of run_user_activity()';
