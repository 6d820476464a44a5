-- By whole months where nothing else is in them, else row by row.
CREATE FUNCTION @extschema@.purge_events(older_than interval, instances text[] DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    chosen CONSTANT text[] := @extschema@.chosen_databases(instances);
    one text;
    part record;
    until timestamptz;
    all_until timestamptz;
    last_until timestamptz;
    removed bigint;
    held bigint;
    total bigint := 0;
BEGIN
    IF older_than IS NULL OR older_than < interval '0' THEN
        RAISE EXCEPTION 'older_than must be an interval of zero or more'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'For example: SELECT moodle_fdw.purge_events(''2 years'');';
    END IF;
    FOREACH one IN ARRAY chosen LOOP
        -- Whole days of the site.
        until := date_trunc('day', (clock_timestamp() AT TIME ZONE @extschema@.site_time_zone(one)) - older_than)
                 AT TIME ZONE @extschema@.site_time_zone(one);
        PERFORM FROM @extschema@.events_loaded WHERE instance = one FOR UPDATE;
        PERFORM @extschema@.check_purgeable(one, until);
        UPDATE @extschema@.events_loaded SET purged_before = greatest(purged_before, until) WHERE instance = one;
        all_until := least(all_until, until);
        last_until := greatest(last_until, until);
    END LOOP;
    FOR part IN
        SELECT inhrelid::regclass AS name,
               (regexp_match(pg_get_expr(relpartbound, inhrelid), 'TO \(''([^'']+)''\)'))[1]::timestamptz AS ends_at
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = to_regclass('moodle_stg.events') ORDER BY 2
    LOOP
        EXECUTE format('SELECT count(*) FILTER (WHERE event.instance = ANY ($1) AND event.at < done.purged_before),
                               count(*)
                        FROM %s event LEFT JOIN @extschema@.events_loaded done USING (instance)', part.name)
        INTO removed, held USING chosen;
        total := total + removed;
        IF removed = held AND part.ends_at <= all_until THEN
            EXECUTE format('DROP TABLE %s', part.name);
        ELSIF removed > 0 THEN
            EXECUTE format('DELETE FROM %s event USING @extschema@.events_loaded done
                            WHERE done.instance = event.instance AND event.instance = ANY ($1)
                              AND event.at < done.purged_before', part.name) USING chosen;
        END IF;
        EXIT WHEN part.ends_at > last_until;
    END LOOP;
    RETURN total;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.purge_events(interval, text[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.purge_events(interval, text[]) IS
    'deletes old events, once each of their days is counted by all three processes; what was counted stays. How many';
