-- The weeks of courses in which moodle_stg.events has got something since the last time. Rows that
-- came late have smaller ids than those that were seen: then the last day before those is looked at
-- anew. A session may reach into the week beside.
CREATE FUNCTION @extschema@.queue_events(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    gap CONSTANT interval := (SELECT session_gap FROM @extschema@.databases WHERE instance = of_instance);
    late CONSTANT bigint := coalesce((SELECT rows_late FROM @extschema@.events_loaded WHERE instance = of_instance), 0);
    mark @extschema@.analytics_loaded;
    newest bigint;
    newest_at timestamptz;
    queued bigint;
    again bigint := 0;
BEGIN
    INSERT INTO @extschema@.analytics_loaded (instance, source, rows_late) VALUES (of_instance, 'events', late)
    ON CONFLICT DO NOTHING;
    SELECT * INTO mark FROM @extschema@.analytics_loaded
    WHERE instance = of_instance AND source = 'events' FOR UPDATE;
    SELECT max(event_id) INTO newest FROM moodle_stg.events WHERE instance = of_instance AND event_id > mark.last_id;
    IF newest IS NOT NULL THEN
        WITH new AS (
            SELECT course_id, @extschema@.week_of(at + beside, zone) AS week, max(at) AS at
            FROM moodle_stg.events
            CROSS JOIN unnest(ARRAY[-gap, gap]) beside
            WHERE instance = of_instance AND event_id > mark.last_id AND event_id <= newest
            GROUP BY 1, 2
        ), added AS (
            INSERT INTO @extschema@.analytics_queue (instance, moodle_course_id, week_start)
            SELECT of_instance, course_id, week FROM new WHERE course_id > 1
            ON CONFLICT DO NOTHING RETURNING 1)
        SELECT (SELECT count(*) FROM added), (SELECT max(at) FROM new) INTO queued, newest_at;
    END IF;
    IF late <> mark.rows_late THEN
        INSERT INTO @extschema@.analytics_queue (instance, moodle_course_id, week_start)
        SELECT DISTINCT of_instance, course_id, @extschema@.week_of(at, zone)
        FROM moodle_stg.events
        WHERE instance = of_instance AND at >= to_timestamp(mark.last_epoch) - interval '1 day' AND course_id > 1
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS again = ROW_COUNT;
    END IF;
    IF newest IS NOT NULL OR late <> mark.rows_late THEN
        UPDATE @extschema@.analytics_loaded SET last_id = greatest(last_id, newest), rows_late = late,
               last_epoch = greatest(last_epoch, floor(extract(epoch FROM newest_at)))
        WHERE instance = of_instance AND source = 'events';
    END IF;
    RETURN coalesce(queued, 0) + again;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.queue_events(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.queue_events(text) IS
    'part of run_analytics(): queues the weeks of courses that have new events; how many';
