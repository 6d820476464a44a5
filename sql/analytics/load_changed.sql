-- `source` gives the rows with an epoch `changed`. The cursor moves in the transaction of the load.
-- A number of rows that differs from ours says that the site deleted some, or wrote some with an old
-- time: then all of it is compared.
CREATE FUNCTION @extschema@.load_changed(of_instance text, target text, key text[], moment text, source text)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    since bigint;
    newest bigint;
    there bigint;
    here bigint;
    written bigint;
BEGIN
    SELECT last_epoch - 3600 INTO since FROM @extschema@.analytics_loaded
    WHERE instance = of_instance AND analytics_loaded.source = target;
    EXECUTE format('SELECT count(*), coalesce(max(changed), 0) FROM (%s) source', source) INTO there, newest;
    written := @extschema@.merge_site_rows(
        of_instance, target, key, format('SELECT * FROM (%s) source WHERE changed >= %s', source, coalesce(since, -1)),
        moment, false);
    EXECUTE format('SELECT count(*) FROM moodle_stg.%I WHERE instance = $1', target) INTO here USING of_instance;
    IF here <> there THEN
        written := written + @extschema@.merge_site_rows(of_instance, target, key, source, moment, true);
    END IF;
    INSERT INTO @extschema@.analytics_loaded AS mark (instance, source, last_epoch)
    VALUES (of_instance, target, newest)
    ON CONFLICT ON CONSTRAINT analytics_loaded_pkey DO UPDATE SET last_epoch = excluded.last_epoch
        WHERE mark.last_epoch <> excluded.last_epoch;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_changed(text, text, text[], text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_changed(text, text, text[], text, text) IS 'part of run_analytics()';
