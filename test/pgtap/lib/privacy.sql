-- After warehouse.sql: looks for words in every row of the warehouse.
CREATE FUNCTION places_of(words text[]) RETURNS TABLE (relation text, found text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT pg_class.oid::regclass AS name FROM pg_class
        WHERE relnamespace::regnamespace::text IN ('moodle_raw', 'moodle_stg', 'moodle_mart') AND relkind IN ('r', 'v')
           OR pg_class.oid IN ('moodle_fdw.data_checks'::regclass, 'moodle_fdw.run_errors'::regclass, 'moodle_fdw.privacy_log'::regclass,
                               'moodle_fdw.forgotten'::regclass)
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L, word FROM (SELECT string_agg(one::text, E''\n'') AS whole FROM %s one) all_of, unnest($1) word
             WHERE position(word IN whole) > 0', one.name, one.name) USING words;
    END LOOP;
    -- What the planner knows of values.
    RETURN QUERY
        SELECT 'pg_stats of ' || tablename, word FROM pg_stats, unnest(words) word
        WHERE schemaname IN ('moodle_raw', 'moodle_stg', 'moodle_mart')
          AND position(word IN concat(most_common_vals::text, histogram_bounds::text, most_common_elems::text)) > 0;
END $$;
CREATE FUNCTION all_versions() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM moodle_raw.landing';
