-- What is purged can never be counted again: so not before each day of it has been.
CREATE FUNCTION @extschema@.check_purgeable(of_instance text, until timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off
    AS $$
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    first date;
    last date;
    days bigint;
BEGIN
    SELECT min(day), max(day), count(*) INTO first, last, days
    FROM (SELECT DISTINCT (at AT TIME ZONE zone)::date AS day FROM moodle_stg.events
          WHERE instance = of_instance AND at < until) held
    WHERE (SELECT count(DISTINCT run.process) FROM @extschema@.activity_runs run
           WHERE run.instance = of_instance AND run.status = 'completed'
             AND held.day BETWEEN CASE run.process WHEN 'user_counts' THEN run.extraction_date ELSE run.from_date END
                              AND run.extraction_date) < 3;
    IF days > 0 THEN
        RAISE EXCEPTION 'events of "%" before % cannot be purged: % are not counted yet, the first is %', of_instance,
                (until AT TIME ZONE zone)::date, days || CASE days WHEN 1 THEN ' day' ELSE ' days' END, first
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('CALL moodle_fdw.backfill_activity(%L, %L, ARRAY[%L]) counts them.', first, last, of_instance);
    END IF;
    IF EXISTS (SELECT FROM @extschema@.usage_ahead WHERE instance = of_instance
                                                     AND day::timestamp AT TIME ZONE zone < until) THEN
        WHILE @extschema@.build_usage(of_instance) > 0 LOOP
        END LOOP;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.check_purgeable(text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.check_purgeable(text, timestamptz) IS 'part of purge_events()';
