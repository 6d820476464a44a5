-- A day can be counted until the one after it has ended; later only when that is meant, since the
-- counts of people may no longer be those of the day where the site's log has been pruned.
CREATE FUNCTION @extschema@.check_day(of_instance text, from_date date, extraction_date date, backfill boolean)
    RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    purged CONSTANT date := (SELECT (purged_before AT TIME ZONE @extschema@.site_time_zone(of_instance))::date
                             FROM @extschema@.events_loaded WHERE instance = of_instance);
    today CONSTANT date := @extschema@.site_today(of_instance);
BEGIN
    IF from_date > extraction_date THEN
        RAISE EXCEPTION 'the range ends (%) before it begins (%)', extraction_date, from_date
            USING ERRCODE = 'invalid_parameter_value', HINT = 'from_date is the first day counted, the date itself the last.';
    END IF;
    IF extraction_date > today THEN
        RAISE EXCEPTION '% is still to come in % (%)', extraction_date, of_instance, @extschema@.site_time_zone(of_instance)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'A day is counted when it is over, or in part while it lasts.';
    END IF;
    IF from_date < purged THEN
        RAISE EXCEPTION '% can no longer be counted: events of "%" before % have been purged', from_date, of_instance, purged
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'What was counted then is still in moodle_mart.';
    END IF;
    IF extraction_date < today - 1 AND NOT backfill THEN
        RAISE EXCEPTION '% can no longer be counted: that was possible until the end of %', extraction_date, extraction_date + 1
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'backfill => true counts it nevertheless, by what the site''s log and roles say of that day now.';
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@.check_day(text, date, date, boolean) IS 'part of run_activity()';
