-- What follows on the landing is planned by what is known of it, and autovacuum comes too late for a
-- first load: thousands of versions that pass for one row make loops within loops. data_json is left
-- out: no plan depends on it, and reading it is what would take time.
CREATE FUNCTION @extschema@.analyze_landing(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    -- A sample of whole rows is held in memory: 15 MB of them will do.
    SET default_statistics_target = 30
    AS $$
DECLARE
    part record;
BEGIN
    SELECT relation.oid::regclass AS name, relation.relpages AS pages, relation.relowner AS owner
    INTO part FROM pg_class relation
    WHERE relation.oid = to_regclass(@extschema@.landing_table(of_instance));
    IF FOUND AND pg_has_role(current_user, part.owner, 'USAGE')
       AND pg_relation_size(part.name) / current_setting('block_size')::bigint
           > part.pages + part.pages / 5 THEN
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s (instance, entity, id, run_id, unit_id, moodle_id,
                        record_key, previous_id, is_deleted, ts_extract)', part.name);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.analyze_landing(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.analyze_landing(text) IS
    'part of refresh(): statistics of an instance''s landing where it has grown by a fifth';
