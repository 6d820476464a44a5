-- Brings moodle_stg.<target> up to what moodle_fdw.landed_<target>() gives of a range of the landing
-- table, and says how many rows it wrote. That function's columns are the ones that are written; any
-- others of the table are the user's. Deleted records go, unless keep_deleted.
CREATE FUNCTION @extschema@.load_rows(target text, key text[], instance text, after_id bigint,
                                      up_to_id bigint, keep_deleted boolean DEFAULT false)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    columns text;
    statement text;
    is_first boolean;
    written bigint;
    total bigint := 0;
BEGIN
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM moodle_stg.%I WHERE instance = $1)', target)
        INTO is_first USING instance;
    SELECT string_agg(quote_ident(name), ', ' ORDER BY ordinality) INTO STRICT columns
    FROM @extschema@.landed_columns(target);
    -- A first load has nothing to compare with: no conflict is possible, and none is looked for.
    statement := format('INSERT INTO moodle_stg.%I (instance, %s) SELECT $1, %s FROM @extschema@.landed_%s($1, $2, $3)%s',
                        target, columns, columns, target,
                        CASE WHEN NOT keep_deleted THEN ' WHERE NOT is_deleted' END);
    IF NOT is_first THEN
        IF NOT keep_deleted THEN
            EXECUTE format('DELETE FROM moodle_stg.%I stored USING @extschema@.landed_%s($1, $2, $3) gone
                            WHERE gone.is_deleted AND stored.instance = $1 AND %s', target, target,
                           (SELECT string_agg(format('stored.%I = gone.%I', name, name), ' AND ')
                            FROM unnest(key) name)) USING instance, after_id, up_to_id;
            GET DIAGNOSTICS total = ROW_COUNT;
        END IF;
        statement := statement || @extschema@.update_clause(target, key);
    END IF;
    EXECUTE statement USING instance, after_id, up_to_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    -- The marts are built next: they are planned by what is known of these rows.
    IF is_first AND written > 10000 AND pg_has_role(
        current_user, (SELECT relowner FROM pg_class
                       WHERE oid = format('moodle_stg.%I', target)::regclass), 'USAGE') THEN
        EXECUTE format('ANALYZE (SKIP_LOCKED) moodle_stg.%I', target);
    END IF;
    RETURN total + written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_rows(text, text[], text, bigint, bigint, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_rows(text, text[], text, bigint, bigint, boolean) IS
    'part of the staging loaders';
