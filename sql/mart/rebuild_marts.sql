-- Not beside a refresh of the same instance, which builds the same rows: the one waits for the other.
CREATE FUNCTION @extschema@.rebuild_marts(of_instance text DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    known record;
    written bigint;
    total bigint := 0;
BEGIN
    FOR known IN SELECT seen.instance, transform.statement, seen.up_to_id
                 FROM @extschema@.loaded seen
                 JOIN @extschema@.transforms transform
                     ON transform.name = seen.transform AND transform.layer = 'mart'
                 WHERE transform.builtin AND (of_instance IS NULL OR seen.instance = of_instance)
                 ORDER BY seen.instance, transform.ordinal LOOP
        PERFORM pg_advisory_xact_lock(@extschema@.lock_class('instance'), hashtext(known.instance));
        EXECUTE known.statement INTO written USING known.instance, 0::bigint, known.up_to_id;
        total := total + written;
    END LOOP;
    RETURN total;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.rebuild_marts(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.rebuild_marts(text) IS
    'builds every mart of an instance, or of all, from nothing and in one transaction: after an edit of moodle_mart.role_kinds. The rows written';
