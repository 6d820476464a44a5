-- One of each kind first: separate groups, completion, hidden.
CREATE FUNCTION @extschema@.sampled_courses(facts jsonb, sample integer) RETURNS SETOF jsonb
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT course
    FROM (SELECT course, row_number() OVER (
                     PARTITION BY course ->> 'groupmode' = '1', course ->> 'completion' = '1',
                                  course ->> 'visible' = '0'
                     ORDER BY (course ->> 'id')::bigint) AS turn
          FROM jsonb_path_query(facts, '$.courses.records[*]') course) kinds
    ORDER BY turn, course ->> 'completion' = '1' DESC, course ->> 'groupmode' = '1' DESC,
             (course ->> 'id')::bigint
    LIMIT sample
$$;

COMMENT ON FUNCTION @extschema@.sampled_courses(jsonb, integer) IS
    'part of check_instance(): the courses that are looked into';
