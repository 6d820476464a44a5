-- The same summed up, without a look at the sessions one by one: what passes from event to event,
-- where that is no longer than the gap.
CREATE FUNCTION @extschema@.dedication(
        of_instance text, from_date date, to_date date, gap interval DEFAULT '30 minutes',
        courses bigint[] DEFAULT NULL)
    RETURNS TABLE (moodle_course_id bigint, moodle_user_id bigint, sessions bigint, events bigint,
                   dedication interval, first_at timestamptz, last_at timestamptz)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    guest CONSTANT bigint := (SELECT guest_user_id FROM @extschema@.site_clocks WHERE instance = of_instance);
BEGIN
    RETURN QUERY
    SELECT acting.course_id, acting.user_id, count(*) FILTER (WHERE (acting.before <= gap) IS NOT TRUE),
           count(*), coalesce(sum(acting.before) FILTER (WHERE acting.before <= gap), interval '0'),
           min(acting.at), max(acting.at)
    FROM (SELECT event.course_id, event.user_id, event.at,
                 event.at - lag(event.at) OVER (PARTITION BY event.course_id, event.user_id ORDER BY event.at) AS before
          FROM moodle_stg.events event
          WHERE event.instance = of_instance AND event.user_id > 0 AND event.course_id IS NOT NULL
            AND event.user_id IS DISTINCT FROM guest
            AND event.at >= from_date::timestamp AT TIME ZONE zone
            AND event.at < (to_date + 1)::timestamp AT TIME ZONE zone
            AND (courses IS NULL OR event.course_id = ANY (courses))
            AND event.real_user_id IS NULL AND event.origin IS DISTINCT FROM 'ws'
            AND NOT event.is_reader) acting
    GROUP BY acting.course_id, acting.user_id;
END
$$;

COMMENT ON FUNCTION @extschema@.dedication(text, date, date, interval, bigint[]) IS
    'how long each person was at work in each course from one day to another: from the first event of each session to its last, and how many sessions';
