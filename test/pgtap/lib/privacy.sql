-- Looks for words, and for a person, in every row of the warehouse.
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
CREATE FUNCTION rows_of(of_instance text, person bigint) RETURNS TABLE (relation text, rows bigint) LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT found.relation, column_of.name FROM moodle_fdw.warehouse_relations() found, moodle_fdw.person_columns(found.relation) column_of
               WHERE found.kind IN ('r', 'p') AND NOT is_partition LOOP
        RETURN QUERY EXECUTE format('SELECT %L, count(*) FROM %s WHERE instance = $1 AND %I = $2 HAVING count(*) > 0', one.relation, one.relation, one.name)
            USING of_instance, person;
    END LOOP;
    RETURN QUERY SELECT entity, count(*) FROM moodle_raw.landing
        WHERE instance = of_instance AND entity IN ('db_user', 'db_enrolment', 'db_grade', 'db_completion')
          AND split_part(record_key, ':', CASE entity WHEN 'db_user' THEN 1 ELSE 2 END) = person::text GROUP BY 1;
END $$;
