-- Brings moodle_stg.<target> up to what moodle_fdw.landed_<target>() gives of a range of the landing
-- table, and says how many rows it wrote. That function's columns are the ones that are written; any
-- others of the table are the user's. Deleted records go, unless keep_deleted.
CREATE FUNCTION @extschema@.load_rows(target text, key text[], instance text, after_id bigint,
                                      up_to_id bigint, keep_deleted boolean DEFAULT false)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    -- A sample of whole rows is held in memory: 15 MB of them will do.
    SET default_statistics_target = 30
    AS $$
DECLARE
    columns text;
    is_first boolean;
    written bigint;
BEGIN
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM moodle_stg.%I WHERE instance = $1)', target)
        INTO is_first USING instance;
    IF NOT is_first THEN
        EXECUTE @extschema@.merge_statement(target, key, keep_deleted)
            INTO written USING instance, after_id, up_to_id;
        RETURN written;
    END IF;
    -- A first load has nothing to compare with: no conflict is possible, and none is looked for.
    SELECT string_agg(quote_ident(name), ', ' ORDER BY ordinality) INTO STRICT columns
    FROM @extschema@.landed_columns(target);
    EXECUTE format('INSERT INTO moodle_stg.%I (instance, %s)
                    SELECT $1, %s FROM @extschema@.landed_%s($1, $2, $3) WHERE $4 OR NOT is_deleted',
                   target, columns, columns, target)
        USING instance, after_id, up_to_id, keep_deleted;
    GET DIAGNOSTICS written = ROW_COUNT;
    -- The marts are built next: they are planned by what is known of these rows.
    IF written > 1000 AND pg_has_role(
        current_user, (SELECT relowner FROM pg_class
                       WHERE oid = format('moodle_stg.%I', target)::regclass), 'USAGE') THEN
        EXECUTE format('ANALYZE (SKIP_LOCKED) moodle_stg.%I', target);
    END IF;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_rows(text, text[], text, bigint, bigint, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_rows(text, text[], text, bigint, bigint, boolean) IS
    'part of the staging loaders';
