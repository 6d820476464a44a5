-- Who was at work in a course from when to when. One sort of the events, one pass over it.
CREATE FUNCTION @extschema@.sessions(
        of_instance text, from_date date, to_date date, gap interval DEFAULT '30 minutes',
        courses bigint[] DEFAULT NULL)
    RETURNS TABLE (moodle_course_id bigint, moodle_user_id bigint, session integer, started_at timestamptz,
                   ended_at timestamptz, duration interval, events bigint)
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
    SELECT parted.course_id, parted.user_id, parted.nr::integer, min(parted.at), max(parted.at),
           max(parted.at) - min(parted.at), count(*)
    FROM (SELECT acting.course_id, acting.user_id, acting.at,
                 count(*) FILTER (WHERE (acting.before <= gap) IS NOT TRUE)
                     OVER (PARTITION BY acting.course_id, acting.user_id ORDER BY acting.at, acting.event_id) AS nr
          FROM (SELECT event.course_id, event.user_id, event.at, event.event_id,
                       event.at - lag(event.at) OVER (PARTITION BY event.course_id, event.user_id
                                                      ORDER BY event.at, event.event_id) AS before
                FROM moodle_stg.events event
                WHERE event.instance = of_instance AND event.user_id > 0 AND event.course_id IS NOT NULL
                  AND event.user_id IS DISTINCT FROM guest
                  AND event.at >= from_date::timestamp AT TIME ZONE zone
                  AND event.at < (to_date + 1)::timestamp AT TIME ZONE zone
                  AND (courses IS NULL OR event.course_id = ANY (courses))
                  AND event.real_user_id IS NULL AND event.origin IS DISTINCT FROM 'ws'
                  AND NOT event.is_reader) acting) parted
    GROUP BY parted.course_id, parted.user_id, parted.nr
    ORDER BY 1, 2, 3;
END
$$;

COMMENT ON FUNCTION @extschema@.sessions(text, date, date, interval, bigint[]) IS
    'sessions of each person in each course from one day to another: a new one begins after so long without an event in the course';
