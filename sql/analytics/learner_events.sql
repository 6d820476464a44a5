-- Not what came over web services, from the account that reads the site, or from another who was
-- logged in as the learner: as in moodle_mart.usage_daily.
CREATE FUNCTION @extschema@.learner_events(of_instance text, week date, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, at timestamptz, local_at timestamp, is_view boolean,
                   module_id bigint)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    from_time CONSTANT timestamptz := week::timestamp AT TIME ZONE zone;
    to_time CONSTANT timestamptz := (week + 7)::timestamp AT TIME ZONE zone;
BEGIN
    RETURN QUERY
    SELECT event.course_id, event.user_id, event.at, event.at AT TIME ZONE zone, event.action = 'viewed',
           CASE WHEN event.context_level = 70 THEN event.context_instance_id END
    FROM moodle_stg.events event
    JOIN @extschema@.learner_periods(of_instance, courses) period
        ON period.moodle_course_id = event.course_id AND period.moodle_user_id = event.user_id
       AND event.at < period.until
    WHERE event.instance = of_instance AND event.at >= from_time AND event.at < to_time
      AND event.course_id = ANY (courses) AND event.real_user_id IS NULL
      AND event.origin IS DISTINCT FROM 'ws' AND NOT event.is_reader;
END
$$;

COMMENT ON FUNCTION @extschema@.learner_events(text, date, bigint[]) IS
    'part of run_analytics(): what learners of some courses did in them in a week';
