-- Less than touched_courses(): each night every course has someone with a new time of access, but only
-- in some does a grade, a completion or who takes part change.
CREATE FUNCTION @extschema@.moved_courses(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
BEGIN
    IF EXISTS (SELECT FROM moodle_raw.landing
               WHERE instance = site AND id > $2 AND id <= $3 AND entity IN ('role', 'db_role')) THEN
        RETURN @extschema@.touched_courses($1, $2, $3);
    END IF;
    RETURN ARRAY(
        SELECT version.unit_id
        FROM moodle_raw.landing version
        LEFT JOIN LATERAL (SELECT is_deleted, data_json FROM moodle_raw.landing
                           WHERE instance = site AND id = version.previous_id
                           OFFSET 0) old ON version.entity IN ('enrolment', 'db_enrolment')
        WHERE version.instance = site AND version.id > $2 AND version.id <= $3
          AND version.unit_id > 0
          AND (version.entity IN ('grade', 'completion', 'db_grade', 'db_completion')
               OR version.entity IN ('enrolment', 'db_enrolment')
                  AND (version.is_deleted OR old.is_deleted IS DISTINCT FROM false
                       OR old.data_json -> 'roles' IS DISTINCT FROM version.data_json -> 'roles'))
        GROUP BY version.unit_id ORDER BY version.unit_id);
END
$$;

COMMENT ON FUNCTION @extschema@.moved_courses(text, bigint, bigint) IS
    'the courses in which a range of the landing table changes grades, completion or who takes part: what learner_progress_weekly is rebuilt for';
