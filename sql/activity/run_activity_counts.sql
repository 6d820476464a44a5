CREATE PROCEDURE @extschema@.run_activity_counts(
        date date DEFAULT NULL, instances text[] DEFAULT NULL, from_date date DEFAULT NULL,
        backfill boolean DEFAULT false, all_courses boolean DEFAULT false, batch integer DEFAULT NULL)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    CALL @extschema@.run_processes('{activity_counts}', CASE WHEN date IS NOT NULL THEN ARRAY[date] END, instances,
                                   from_date, backfill, all_courses, batch);
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.run_activity_counts(date, text[], date, boolean, boolean, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.run_activity_counts(date, text[], date, boolean, boolean, integer) IS
    'the first process of a day: views of activities by course and kind, in moodle_mart.activity_counts';
