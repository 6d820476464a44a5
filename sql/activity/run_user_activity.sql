CREATE PROCEDURE @extschema@.run_user_activity(
        date date DEFAULT NULL, instances text[] DEFAULT NULL, from_date date DEFAULT NULL,
        backfill boolean DEFAULT false, all_courses boolean DEFAULT false, batch integer DEFAULT NULL)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    CALL @extschema@.run_processes('{user_activity}', CASE WHEN date IS NOT NULL THEN ARRAY[date] END, instances,
                                   from_date, backfill, all_courses, batch);
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.run_user_activity(date, text[], date, boolean, boolean, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.run_user_activity(date, text[], date, boolean, boolean, integer) IS
    'the third process of a day: both counts beside what the courses are, in moodle_mart.user_activity; waits for the first two';
