-- Events of these ids have come: their days, and the ones beside them where a session may reach over
-- midnight, are to be summed up anew.
CREATE FUNCTION @extschema@.note_days(of_instance text, first_at timestamptz, last_at timestamptz,
                                      first_id bigint, last_id bigint)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    gap interval;
    zone text;
BEGIN
    SELECT session_gap, time_zone INTO STRICT gap, zone FROM @extschema@.databases WHERE instance = of_instance;
    IF last_at - first_at < interval '2 years' THEN
        INSERT INTO @extschema@.usage_ahead (instance, day)
        SELECT of_instance, day::date
        FROM generate_series(date_trunc('day', (first_at - gap) AT TIME ZONE zone),
                             (last_at + gap) AT TIME ZONE zone, interval '1 day') day
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO @extschema@.usage_ahead (instance, day)
        SELECT DISTINCT of_instance, ((event.at + beside) AT TIME ZONE zone)::date
        FROM moodle_stg.events event, unnest(ARRAY[-gap, gap]) beside
        WHERE event.instance = of_instance AND event.event_id >= first_id AND event.event_id <= last_id
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.note_days(text, timestamptz, timestamptz, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.note_days(text, timestamptz, timestamptz, bigint, bigint) IS 'part of load_events()';
