CREATE FUNCTION @extschema@.time_ago(at timestamptz) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT CASE WHEN at IS NULL THEN 'never'
                WHEN seconds < 60 THEN 'just now'
                WHEN seconds < 3600 THEN floor(seconds / 60) || ' min ago'
                WHEN seconds < 172800 THEN floor(seconds / 3600) || ' h ago'
                ELSE floor(seconds / 86400) || ' days ago' END
    FROM (SELECT extract(epoch FROM clock_timestamp() - at) AS seconds) age
    $$;

COMMENT ON FUNCTION @extschema@.time_ago(timestamptz) IS 'how long ago, in words; part of overview';
