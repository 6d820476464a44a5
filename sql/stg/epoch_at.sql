-- 0 stands for never; what lies beyond the year 9999 is no time.
CREATE FUNCTION @extschema@.epoch_at(epoch bigint) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN epoch OPERATOR(pg_catalog.>) 0
                 AND epoch OPERATOR(pg_catalog.<) 253402300800
           THEN pg_catalog.to_timestamp(epoch) END
    $$;

COMMENT ON FUNCTION @extschema@.epoch_at(bigint) IS 'the time of an epoch, NULL for 0';
