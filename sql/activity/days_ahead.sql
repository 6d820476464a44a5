CREATE FUNCTION @extschema@.days_ahead(of_instance text, from_date date, to_date date, every_course boolean,
                                       again boolean)
    RETURNS date[]
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT ARRAY(
        SELECT day::date FROM generate_series($2::timestamp, $3::timestamp, interval '1 day') day
        WHERE $5 OR (SELECT count(*) FROM @extschema@.activity_runs run
                     WHERE run.instance = $1 AND run.extraction_date = day::date
                       AND run.status = 'completed' AND run.from_date = day::date
                       AND (run.process <> 'user_activity' OR run.all_courses = $4)) < 3
        ORDER BY day)
    $$;

COMMENT ON FUNCTION @extschema@.days_ahead(text, date, date, boolean, boolean) IS
    'part of backfill_activity(): the days of a range that are still to be counted';
