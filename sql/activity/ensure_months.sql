-- The partitions of moodle_stg.events for a range of times, and no more than those that it needs:
-- `source` is asked for the months themselves where the range is absurd, as with a clock that stood
-- at 1970.
CREATE FUNCTION @extschema@.ensure_months(first_at timestamptz, last_at timestamptz, source text)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC'
    AS $$
DECLARE
    months timestamptz[];
    month timestamptz;
BEGIN
    IF last_at - first_at < interval '2 years' THEN
        months := ARRAY(SELECT generate_series(date_trunc('month', first_at), last_at, interval '1 month'));
    ELSE
        EXECUTE format('SELECT array_agg(DISTINCT date_trunc(''month'', to_timestamp(timecreated))) FROM %s', source)
        INTO months;
    END IF;
    FOREACH month IN ARRAY months LOOP
        CONTINUE WHEN to_regclass(format('moodle_stg.%I', 'events_' || to_char(month, 'YYYY_MM'))) IS NOT NULL;
        PERFORM moodle_stg.add_events_month(month::date);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.ensure_months(timestamptz, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.ensure_months(timestamptz, timestamptz, text) IS 'part of load_events()';
