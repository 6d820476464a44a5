-- At the end of a step: what belongs to courses, or to people's places in them, that the site no
-- longer has. Only complete listings of courses and participants can tell.
CREATE FUNCTION @extschema@.mark_gone(of_run bigint, of_instance text, of_entity text)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET work_mem = '32MB'
    SET jit = off
    AS $$
DECLARE
    still_there text;
    marked bigint;
BEGIN
    -- IN and not EXISTS: both sides come out of functions that the planner takes for one row long.
    -- A subquery of IN is hashed whatever it takes; a join would be of every pair.
    still_there := CASE of_entity
        WHEN 'completion' THEN
            'latest.record_key IN (
                 SELECT place.record_key FROM @extschema@.latest_versions($2, ''enrolment'', NULL) place
                 WHERE NOT place.is_deleted)'
        ELSE
            'latest.unit_id::text IN (
                 SELECT course.record_key FROM @extschema@.latest_versions($2, ''course'', NULL) course
                 WHERE NOT course.is_deleted)' END;
    EXECUTE format('
        INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
            hash_content, ts_extract, is_deleted, unit_id, previous_id)
        SELECT $1, $2, $3, old.moodle_id, old.record_key, old.data_json, old.hash_content,
               clock_timestamp(), true, old.unit_id, old.id
        FROM @extschema@.latest_versions($2, $3, NULL) latest
        JOIN moodle_raw.landing old ON old.instance = $2 AND old.id = latest.id
        WHERE NOT latest.is_deleted AND NOT %s', still_there)
    USING of_run, of_instance, of_entity;
    GET DIAGNOSTICS marked = ROW_COUNT;
    RETURN marked;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.mark_gone(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.mark_gone(bigint, text, text) IS 'part of refresh()';
