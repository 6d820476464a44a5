-- One batch of a site's log, in the caller's transaction; how many ids are ahead, 0 = the log is read
-- to its end. A round begins with the rows that a long transaction of the site wrote late, with ids
-- below those that are here: only as far back as `late_after` they are looked for.
CREATE FUNCTION @extschema@.load_events(of_instance text, batch integer DEFAULT 200000,
                                        late_after interval DEFAULT '1 hour')
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET work_mem = '32MB'
    SET jit = off
    AS $$
DECLARE
    log CONSTANT text := @extschema@.site_table(of_instance, 'logstore_standard_log');
    mark @extschema@.events_loaded;
    width bigint := batch;
    ahead bigint;
    first_id bigint;
    last bigint;
    part text;
    first_epoch bigint;
    last_epoch bigint;
    written bigint;
    late bigint := 0;
BEGIN
    IF log IS NULL THEN
        RAISE EXCEPTION 'no database of "%" is attached', of_instance
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT moodle_fdw.attach_database(…) attaches it: a site''s log is in its database alone.';
    END IF;
    INSERT INTO @extschema@.events_loaded (instance) VALUES (of_instance) ON CONFLICT DO NOTHING;
    SELECT * INTO mark FROM @extschema@.events_loaded WHERE instance = of_instance FOR UPDATE;
    IF mark.up_to_id IS NULL THEN
        -- Not max() alone: a wrapper would have the site sort its log to find it.
        EXECUTE format('SELECT max(id), count(*) FROM %s WHERE id > $1', log) INTO mark.up_to_id, ahead USING mark.last_id;
        IF mark.up_to_id IS NULL THEN
            PERFORM @extschema@.check_log(of_instance, mark, late_after);
        END IF;
        mark.up_to_id := coalesce(mark.up_to_id, mark.last_id);
        late := @extschema@.load_late_events(of_instance, mark, late_after);
        EXECUTE format('SELECT min(id) FROM %s WHERE username = ''guest''', @extschema@.site_table(of_instance, 'user'))
        INTO mark.guest_user_id;
    END IF;
    -- The next ids, of a window that is as wide as it must be to hold some.
    ahead := 0;
    WHILE ahead = 0 AND mark.last_id < mark.up_to_id LOOP
        last := least(mark.last_id + width, mark.up_to_id);
        EXECUTE format('SELECT min(id), min(timecreated), max(timecreated), count(*) FROM %s
                        WHERE id > $1 AND id <= $2', log)
        INTO first_id, first_epoch, last_epoch, ahead USING mark.last_id, last;
        width := width * 10;
        mark.last_id := CASE WHEN ahead = 0 THEN last ELSE first_id - 1 END;
    END LOOP;
    IF ahead = 0 THEN
        UPDATE @extschema@.events_loaded done SET up_to_id = NULL, caught_up_at = clock_timestamp(),
               last_id = greatest(done.last_id, mark.up_to_id), active_at = clock_timestamp(),
               guest_user_id = mark.guest_user_id, rows_total = done.rows_total + late,
               rows_late = done.rows_late + late
        WHERE instance = of_instance;
        RETURN 0;
    END IF;
    IF last - first_id >= batch THEN
        last := first_id + batch - 1;
        EXECUTE format('SELECT min(timecreated), max(timecreated), count(*) FROM %s
                        WHERE id > $1 AND id <= $2', log)
        INTO first_epoch, last_epoch, ahead USING mark.last_id, last;
    END IF;
    part := format('id >= %s AND id <= %s', first_id, last);
    PERFORM @extschema@.ensure_months(to_timestamp(first_epoch), to_timestamp(last_epoch),
                                      format('(SELECT * FROM %s WHERE %s) part', log, part));
    EXECUTE 'INSERT INTO moodle_stg.events (instance, event_id, at, user_id, real_user_id,
                 related_user_id, course_id, component, action, target, object_table, object_id,
                 context_level, context_instance_id, origin, ip, is_reader, other) '
            || @extschema@.event_source(of_instance, part);
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM @extschema@.note_days(of_instance, to_timestamp(first_epoch), to_timestamp(last_epoch), first_id, last);
    UPDATE @extschema@.events_loaded done SET
           last_id = last, active_at = clock_timestamp(), guest_user_id = mark.guest_user_id,
           last_at = greatest(done.last_at, to_timestamp(last_epoch)),
           up_to_id = CASE WHEN last < mark.up_to_id THEN mark.up_to_id END,
           caught_up_at = CASE WHEN last < mark.up_to_id THEN caught_up_at ELSE clock_timestamp() END,
           rows_total = done.rows_total + written + late, rows_late = done.rows_late + late
    WHERE instance = of_instance;
    RETURN mark.up_to_id - last;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_events(text, integer, interval) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_events(text, integer, interval) IS
    'adds the next events of a site''s log to moodle_stg.events; how many ids are ahead, 0 = none';
