-- The next courses of the queue's first week, all marts of them, in the caller's transaction; how many
-- weeks of courses are done, 0 = the queue is empty.
CREATE FUNCTION @extschema@.build_next_weeks(of_instance text, of_run bigint, batch integer) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    week date;
    courses bigint[];
    written bigint := 0;
BEGIN
    SELECT min(week_start) INTO week FROM @extschema@.analytics_queue WHERE instance = of_instance;
    IF week IS NULL THEN
        RETURN 0;
    END IF;
    WITH taken AS (
        DELETE FROM @extschema@.analytics_queue
        WHERE instance = of_instance AND week_start = week
          AND moodle_course_id IN (SELECT moodle_course_id FROM @extschema@.analytics_queue
                                   WHERE instance = of_instance AND week_start = week
                                   ORDER BY moodle_course_id LIMIT batch)
        RETURNING moodle_course_id)
    SELECT array_agg(moodle_course_id) INTO courses FROM taken;
    IF week = 'infinity' THEN
        written := @extschema@.build_resource_totals(of_instance, courses);
    ELSE
        -- What was purged can not be read again: of such weeks these two stay as they are.
        IF NOT EXISTS (SELECT FROM @extschema@.events_loaded
                       WHERE instance = of_instance
                         AND purged_before > week::timestamp AT TIME ZONE @extschema@.site_time_zone(of_instance)) THEN
            written := @extschema@.build_usage_hours(of_instance, week, courses)
                + @extschema@.build_resource_weeks(of_instance, week, courses);
        END IF;
        written := written + @extschema@.build_learner_weeks(of_instance, week, courses)
            + @extschema@.build_forum_weeks(of_instance, week, courses)
            + @extschema@.build_teacher_weeks(of_instance, week, courses);
    END IF;
    UPDATE @extschema@.analytics_runs SET weeks_done = weeks_done + cardinality(courses),
           rows_written = rows_written + written, active_at = clock_timestamp()
    WHERE run_id = of_run;
    RETURN cardinality(courses);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_next_weeks(text, bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_next_weeks(text, bigint, integer) IS 'part of run_analytics()';
