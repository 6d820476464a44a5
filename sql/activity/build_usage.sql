-- Sums up the oldest days of an instance that events came to, in the caller's transaction; how many
-- are ahead, 0 = none. A day that was purged stays as it was when its events were there.
CREATE FUNCTION @extschema@.build_usage(of_instance text, batch integer DEFAULT 7) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET work_mem = '32MB'
    SET jit = off
    AS $$
#variable_conflict use_variable
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    gap CONSTANT interval := (SELECT session_gap FROM @extschema@.databases site WHERE site.instance = of_instance);
    mark @extschema@.events_loaded;
    days date[];
    since timestamptz;
    until timestamptz;
BEGIN
    SELECT * INTO mark FROM @extschema@.events_loaded loaded WHERE loaded.instance = of_instance FOR UPDATE;
    DELETE FROM @extschema@.usage_ahead ahead
    WHERE ahead.instance = of_instance AND ahead.day::timestamp AT TIME ZONE zone < mark.purged_before;
    SELECT array_agg(ahead.day) INTO days
    FROM (SELECT listed.day, min(listed.day) OVER () AS first FROM @extschema@.usage_ahead listed
          WHERE listed.instance = of_instance) ahead
    WHERE ahead.day < ahead.first + batch;
    IF days IS NULL THEN
        RETURN 0;
    END IF;
    SELECT min(day)::timestamp AT TIME ZONE zone, (max(day) + 1)::timestamp AT TIME ZONE zone INTO since, until
    FROM unnest(days) day;
    DELETE FROM moodle_mart.usage_daily stored WHERE stored.instance = of_instance AND stored.day = ANY (days);
    DELETE FROM moodle_mart.usage_hourly stored
    WHERE stored.instance = of_instance AND stored.hour_at >= since AND stored.hour_at < until AND stored.day = ANY (days);
    INSERT INTO moodle_mart.usage_daily (instance, day, moodle_course_id, moodle_user_id, events, views,
        submissions, posts, sessions, dedication_minutes, verbs, first_at, last_at)
    SELECT of_instance, verb.day, verb.course_id, verb.user_id, sum(verb.times),
           coalesce(sum(verb.times) FILTER (WHERE verb.action = 'viewed'), 0), sum(verb.submissions),
           sum(verb.posts), sum(verb.sessions),
           round(coalesce(extract(epoch FROM sum(verb.dedication)), 0) / 60, 1),
           jsonb_object_agg(verb.action, verb.times), min(verb.first_at), max(verb.last_at)
    FROM (SELECT acting.day, acting.course_id, acting.user_id, acting.action, count(*) AS times,
                 count(*) FILTER (WHERE acting.action = 'submitted' AND acting.component LIKE 'mod\_%') AS submissions,
                 count(*) FILTER (WHERE acting.action = 'created' AND acting.component = 'mod_forum'
                                    AND acting.target IN ('post', 'discussion')) AS posts,
                 count(*) FILTER (WHERE (acting.before <= gap) IS NOT TRUE) AS sessions,
                 sum(acting.after) FILTER (WHERE acting.after <= gap) AS dedication,
                 min(acting.at) AS first_at, max(acting.at) AS last_at
          FROM (SELECT coalesce(event.course_id, 0) AS course_id, event.user_id, event.at, event.action,
                       event.component, event.target, (event.at AT TIME ZONE zone)::date AS day,
                       event.at - lag(event.at) OVER in_course AS before,
                       lead(event.at) OVER in_course - event.at AS after
                FROM moodle_stg.events event
                WHERE event.instance = of_instance AND event.at >= since - gap AND event.at < until + gap
                  AND event.user_id > 0 AND event.user_id IS DISTINCT FROM mark.guest_user_id
                  AND event.real_user_id IS NULL AND event.origin IS DISTINCT FROM 'ws' AND NOT event.is_reader
                WINDOW in_course AS (PARTITION BY coalesce(event.course_id, 0), event.user_id
                                     ORDER BY event.at, event.event_id)) acting
          WHERE acting.day = ANY (days)
          GROUP BY acting.day, acting.course_id, acting.user_id, acting.action) verb
    GROUP BY verb.day, verb.course_id, verb.user_id;
    INSERT INTO moodle_mart.usage_hourly (instance, hour_at, moodle_course_id, day, hour, events, views, people)
    SELECT of_instance, acting.hour_at, acting.course_id,
           (acting.hour_at AT TIME ZONE zone)::date, extract(hour FROM acting.hour_at AT TIME ZONE zone)::integer,
           sum(acting.times), sum(acting.views), count(*)
    FROM (SELECT date_trunc('hour', event.at, zone) AS hour_at, coalesce(event.course_id, 0) AS course_id,
                 event.user_id, count(*) AS times, count(*) FILTER (WHERE event.action = 'viewed') AS views
          FROM moodle_stg.events event
          WHERE event.instance = of_instance AND event.at >= since AND event.at < until
            AND event.user_id > 0 AND event.user_id IS DISTINCT FROM mark.guest_user_id
            AND event.real_user_id IS NULL AND event.origin IS DISTINCT FROM 'ws' AND NOT event.is_reader
            AND (event.at AT TIME ZONE zone)::date = ANY (days)
          GROUP BY 1, 2, 3) acting
    GROUP BY acting.hour_at, acting.course_id;
    DELETE FROM @extschema@.usage_ahead ahead WHERE ahead.instance = of_instance AND ahead.day = ANY (days);
    RETURN (SELECT count(*) FROM @extschema@.usage_ahead ahead WHERE ahead.instance = of_instance);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_usage(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_usage(text, integer) IS
    'part of run_activity(): brings some days of moodle_mart.usage_daily and usage_hourly up to the events; how many days are ahead';
