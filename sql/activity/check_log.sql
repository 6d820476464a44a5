-- Where nothing is ahead, nothing may have been written later than what is here: a log whose numbers
-- began anew, or that was restored, would be passed over in silence.
CREATE FUNCTION @extschema@.check_log(of_instance text, mark @extschema@.events_loaded, late_after interval)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    newer bigint;
    last bigint;
BEGIN
    IF mark.last_at IS NULL OR mark.last_at > clock_timestamp() THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT count(*), max(id) FROM %s WHERE id <= $1 AND timecreated > $2',
                   @extschema@.site_table(of_instance, 'logstore_standard_log'))
    INTO newer, last USING mark.last_id, ceil(extract(epoch FROM mark.last_at + late_after))::bigint;
    IF newer > 0 THEN
        RAISE EXCEPTION 'the log of "%" has begun anew', of_instance
            USING ERRCODE = 'data_exception',
                  DETAIL = format('%s entries are newer than all that are here, but are numbered up to %s, and those here up to %s: the site was restored, or its log emptied and renumbered.',
                                  newer, last, mark.last_id),
                  HINT = 'Attach it as another instance; or delete from moodle_stg.events what the site no longer has, and set last_id in moodle_fdw.events_loaded to the last that it still has.';
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.check_log(text, @extschema@.events_loaded, interval) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.check_log(text, @extschema@.events_loaded, interval) IS 'part of load_events()';
