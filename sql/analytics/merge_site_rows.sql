-- Brings rows of a table of moodle_stg up to what a SELECT gives of the site's database, and queues
-- the weeks that each changed row was in and is in, by the column `moment`. What is stored just so is
-- not written. With `whole`, the SELECT gives all that there is: what it no longer gives is taken away.
-- Stored rows are looked up one by one (OFFSET 0), since the planner knows nothing of how many are
-- served; not in a first load, where each look would read what was just written.
CREATE FUNCTION @extschema@.merge_site_rows(of_instance text, target text, key text[], source text,
                                            moment text DEFAULT NULL, whole boolean DEFAULT false)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET enable_nestloop = off
    SET work_mem = '32MB'
    SET jit = off
    AS $$
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    -- Columns that the user added are not the site's to fill.
    columns CONSTANT text[] := @extschema@.site_row_columns(target);
    timed CONSTANT text := coalesce(quote_ident(moment), 'NULL::timestamptz');
    is_first boolean;
    written bigint;
BEGIN
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM moodle_stg.%I WHERE instance = $1)', target)
    INTO is_first USING of_instance;
    EXECUTE format(
        'WITH served AS MATERIALIZED (SELECT %2$s FROM (%6$s) source),
         pair AS MATERIALIZED (
             SELECT served.*, %10$s AS is_at, stored.was_in, stored.was_at,
                    (%3$s) IS NOT DISTINCT FROM (%4$s) AS same
             FROM served
             LEFT JOIN LATERAL (SELECT stored.*, stored.moodle_course_id AS was_in, %11$s AS was_at
                                FROM moodle_stg.%1$I stored
                                WHERE %12$s AND stored.instance = $1 AND %5$s OFFSET 0) stored ON true),
         gone AS (
             DELETE FROM moodle_stg.%1$I stored
             WHERE $3 AND stored.instance = $1 AND NOT EXISTS (SELECT FROM served WHERE %5$s)
             RETURNING moodle_course_id, %7$s AS was_at),
         written AS (
             INSERT INTO moodle_stg.%1$I (instance, %2$s, ts_extract)
             SELECT $1, %2$s, clock_timestamp() FROM pair WHERE NOT same
             ON CONFLICT (instance, %8$s) DO UPDATE SET %9$s, ts_extract = excluded.ts_extract
             RETURNING 1),
         queued AS (
             INSERT INTO @extschema@.analytics_queue (instance, moodle_course_id, week_start)
             SELECT DISTINCT $1, touched.course, @extschema@.week_of(touched.moment, $2)
             FROM (SELECT moodle_course_id, is_at FROM pair WHERE NOT same
                   UNION ALL SELECT was_in, was_at FROM pair WHERE NOT same
                   UNION ALL SELECT moodle_course_id, was_at FROM gone) touched(course, moment)
             WHERE touched.moment IS NOT NULL AND touched.course > 1
             ON CONFLICT DO NOTHING)
         SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM gone)',
        target, (SELECT string_agg(quote_ident(name), ', ') FROM unnest(columns) name),
        (SELECT string_agg('served.' || quote_ident(name), ', ') FROM unnest(columns) name),
        (SELECT string_agg('stored.' || quote_ident(name), ', ') FROM unnest(columns) name),
        (SELECT string_agg(format('stored.%I = served.%I', name, name), ' AND ') FROM unnest(key) name),
        source, timed, (SELECT string_agg(quote_ident(name), ', ') FROM unnest(key) name),
        (SELECT string_agg(format('%I = excluded.%I', name, name), ', ') FROM unnest(columns) name
         WHERE name <> ALL (key)), coalesce('served.' || quote_ident(moment), 'NULL::timestamptz'),
        coalesce('stored.' || quote_ident(moment), 'NULL::timestamptz'), (NOT is_first)::text)
    INTO written USING of_instance, zone, whole;
    IF is_first AND written > 1000 AND pg_has_role(
        current_user, (SELECT relowner FROM pg_class
                       WHERE oid = format('moodle_stg.%I', target)::regclass), 'USAGE') THEN
        EXECUTE format('ANALYZE (SKIP_LOCKED) moodle_stg.%I', target);
    END IF;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.merge_site_rows(text, text, text[], text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.merge_site_rows(text, text, text[], text, text, boolean) IS 'part of run_analytics()';
