-- Eight heights; a NULL is a gap. Zero is the lowest, so that two lines of one scale can be compared
-- by eye only where the highest is told as well.
CREATE FUNCTION @extschema@.sparkline("values" numeric[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT string_agg(CASE WHEN value IS NULL THEN ' '
                           WHEN value <= 0 THEN '▁'
                           ELSE substr('▁▂▃▄▅▆▇█', 1 + round(7 * value / highest)::integer, 1) END,
                      '' ORDER BY place)
    FROM unnest($1) WITH ORDINALITY one(value, place)
    CROSS JOIN (SELECT max(value) AS highest FROM unnest($1) value) scale
    $$;

COMMENT ON FUNCTION @extschema@.sparkline(numeric[]) IS
    'a series as a line of text: moodle_fdw.sparkline(''{1, 3, 2}'') = ▃█▆; 0 and less are lowest, NULL is a gap';
