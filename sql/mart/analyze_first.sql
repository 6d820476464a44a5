-- The marts that follow are planned by what is known of this one. Only where it may, since a warning
-- each night helps nobody.
CREATE FUNCTION @extschema@.analyze_first(mart text, after_id bigint, written bigint) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = error
    AS $$
BEGIN
    IF after_id = 0 AND written > 10000 AND pg_has_role(
        current_user, (SELECT relowner FROM pg_class
                       WHERE oid = format('moodle_mart.%I', mart)::regclass), 'USAGE') THEN
        EXECUTE format('ANALYZE (SKIP_LOCKED) moodle_mart.%I', mart);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@.analyze_first(text, bigint, bigint) IS 'part of the builders of marts';
