CREATE FUNCTION @extschema@.purge(older_than interval, keep_latest boolean DEFAULT true)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    until timestamptz := clock_timestamp() - older_than;
    gone bigint;
BEGIN
    IF older_than IS NULL OR older_than < interval '0' THEN
        RAISE EXCEPTION 'older_than must be an interval of zero or more'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'For example: SELECT moodle_fdw.purge(''1 year'');';
    END IF;
    -- The latest version is what the next refresh compares with: without it the record lands anew.
    DELETE FROM moodle_raw.landing old
    WHERE old.ts_extract < until
      AND (NOT keep_latest
           OR EXISTS (SELECT FROM moodle_raw.landing newer
                      WHERE newer.instance = old.instance AND newer.entity = old.entity
                        AND newer.unit_id = old.unit_id AND newer.record_key = old.record_key
                        AND newer.id > old.id));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.purge(interval, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.purge(interval, boolean) IS
    'deletes old versions of records from the landing; with keep_latest the latest one of each stays, however old';
