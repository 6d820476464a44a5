-- The statement that brings the stored rows of a staging table up to a range of the landing table,
-- and counts the rows written. The extraction runs once. A row that is stored just so is left out
-- beforehand: ON CONFLICT would lock it, which is a write. The stored rows are looked up one by one,
-- as subqueries: of an instance that is new since the last ANALYZE the planner expects one row, and
-- would join every landed row with every stored one.
CREATE FUNCTION @extschema@.merge_statement(target text, key text[], keep_deleted boolean)
    RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'WITH landed AS MATERIALIZED (SELECT * FROM @extschema@.landed_%1$s($1, $2, $3)),
         gone AS (
             DELETE FROM moodle_stg.%1$I
             WHERE ctid = ANY (ARRAY(SELECT (SELECT stored.ctid FROM moodle_stg.%1$I stored
                                             WHERE stored.instance = $1 AND %3$s)
                                     FROM landed WHERE landed.is_deleted AND %2$s))
             RETURNING 1),
         written AS (
             INSERT INTO moodle_stg.%1$I (instance, %4$s)
             SELECT $1, %4$s FROM landed
             WHERE NOT (landed.is_deleted AND %2$s)
               AND (SELECT (%5$s) IS NOT DISTINCT FROM (%6$s) FROM moodle_stg.%1$I stored
                    WHERE stored.instance = $1 AND %3$s) IS NOT TRUE
             ON CONFLICT (instance, %7$s) DO UPDATE SET %8$s RETURNING 1)
         SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)',
        target, CASE WHEN keep_deleted THEN 'false' ELSE 'true' END,
        (SELECT string_agg(format('stored.%I = landed.%I', part, part), ' AND ') FROM unnest(key) part),
        string_agg(quote_ident(name), ', ' ORDER BY ordinality),
        string_agg('stored.' || quote_ident(name), ', ' ORDER BY ordinality),
        string_agg('landed.' || quote_ident(name), ', ' ORDER BY ordinality),
        (SELECT string_agg(quote_ident(part), ', ') FROM unnest(key) part),
        string_agg(format('%I = excluded.%I', name, name), ', ' ORDER BY ordinality)
            FILTER (WHERE name <> ALL (key)))
    FROM @extschema@.landed_columns(target)
    $$;

COMMENT ON FUNCTION @extschema@.merge_statement(text, text[], boolean) IS
    'part of the staging loaders';
