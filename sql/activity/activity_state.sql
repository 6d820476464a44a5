-- Of several instances the one that is furthest back.
CREATE FUNCTION @extschema@.activity_state(of_day date, of_instance text DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT coalesce((
        SELECT status FROM @extschema@.activity_status
        WHERE extraction_date = of_day AND process = 'user_activity' AND (of_instance IS NULL OR instance = of_instance)
        ORDER BY array_position('{failed,not_started,queued,running,completed}'::text[], status) LIMIT 1), 'not_started')
    $$;

COMMENT ON FUNCTION @extschema@.activity_state(date, text) IS
    'how moodle_mart.user_activity of a day stands: not_started, queued, running, completed or failed';
