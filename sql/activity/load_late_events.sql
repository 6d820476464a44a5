CREATE FUNCTION @extschema@.load_late_events(
        of_instance text, mark @extschema@.events_loaded, late_after interval)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    log CONSTANT text := @extschema@.site_table(of_instance, 'logstore_standard_log');
    since timestamptz;
    first_id bigint;
    held bigint;
    missing bigint[];
    part text;
    first_at bigint;
    last_at bigint;
    written bigint;
BEGIN
    IF mark.last_at IS NULL THEN
        RETURN 0;
    END IF;
    since := least(mark.last_at, clock_timestamp()) - late_after;
    SELECT min(event_id), count(*) INTO first_id, held FROM moodle_stg.events
    WHERE instance = of_instance AND at >= since;
    IF held = 0 THEN
        RETURN 0;
    END IF;
    -- Of the window's rows the ids alone are asked for: nearly always there is nothing new.
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (
                        SELECT id FROM %s entry WHERE id > $1 AND id <= $2
                        EXCEPT SELECT event_id FROM moodle_stg.events
                               WHERE instance = $3 AND event_id > $1) missing', log)
    INTO missing USING first_id, mark.last_id, of_instance;
    IF missing IS NULL THEN
        RETURN 0;
    END IF;
    part := format('id = ANY (%L::bigint[])', missing);
    EXECUTE format('SELECT min(timecreated), max(timecreated), count(*) FROM %s WHERE %s', log, part)
    INTO first_at, last_at, held;
    PERFORM @extschema@.ensure_months(to_timestamp(first_at), to_timestamp(last_at),
                                      format('(SELECT * FROM %s WHERE %s) part', log, part));
    EXECUTE 'INSERT INTO moodle_stg.events (instance, event_id, at, user_id, real_user_id,
                 related_user_id, course_id, component, action, target, object_table, object_id,
                 context_level, context_instance_id, origin, ip, is_reader, other) '
            || @extschema@.event_source(of_instance, part) || ' ON CONFLICT DO NOTHING';
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM @extschema@.note_days(of_instance, to_timestamp(first_at), to_timestamp(last_at),
                                  missing[1], missing[cardinality(missing)]);
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_late_events(text, @extschema@.events_loaded, interval) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_late_events(text, @extschema@.events_loaded, interval) IS 'part of load_events()';
