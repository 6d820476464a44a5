CREATE PROCEDURE @extschema@.run_activity(
        date date DEFAULT NULL, instances text[] DEFAULT NULL, from_date date DEFAULT NULL,
        backfill boolean DEFAULT false, all_courses boolean DEFAULT false, batch integer DEFAULT NULL)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    CALL @extschema@.run_processes('{activity_counts,user_counts,user_activity}', CASE WHEN date IS NOT NULL THEN ARRAY[date] END, instances,
                                   from_date, backfill, all_courses, batch);
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.run_activity(date, text[], date, boolean, boolean, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.run_activity(date, text[], date, boolean, boolean, integer) IS
    'reads what is new in the log of the attached sites and counts a day (without one: yesterday, in each site''s time zone): activity_counts, user_counts, user_activity';
