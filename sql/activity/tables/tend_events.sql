-- After a load: what the planner goes by, of the partitions that have grown. A vacuum would do the
-- same, but comes when it comes; the next thing that is done is to count.
CREATE OR REPLACE FUNCTION moodle_stg.tend_events() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $body$
DECLARE
    part record;
    index oid;
    tended integer := 0;
BEGIN
    FOR part IN
        SELECT relation.oid::regclass AS name,
               -- By size, which is known at once; what the statistics know comes later.
               pg_relation_size(relation.oid) / current_setting('block_size')::integer
                   > 1.1 * greatest(relation.relpages, 0) AS has_grown
        FROM pg_inherits JOIN pg_class relation ON relation.oid = inhrelid
        WHERE inhparent = to_regclass('moodle_stg.events') AND relation.relkind = 'r'
    LOOP
        IF part.has_grown THEN
            EXECUTE format('ANALYZE %s', part.name);
            tended := tended + 1;
        END IF;
        -- Somebody else's ANALYZE does not: pages without a summary are read for every day.
        FOR index IN
            SELECT indexrelid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            JOIN pg_am ON pg_am.oid = relam WHERE indrelid = part.name AND amname = 'brin'
        LOOP
            PERFORM brin_summarize_new_values(index);
        END LOOP;
    END LOOP;
    RETURN tended;
END
$body$;
REVOKE ALL ON FUNCTION moodle_stg.tend_events() FROM PUBLIC;
COMMENT ON FUNCTION moodle_stg.tend_events() IS
    'part of load_events(): statistics and summaries of the partitions of moodle_stg.events that have grown, with the owner''s rights';
