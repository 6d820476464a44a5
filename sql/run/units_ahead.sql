-- What a step has still to read, in its order, and how much that is. Courses that ended long before
-- they were last read without error are closed: nothing moves in them, but a full scan reads them.
CREATE FUNCTION @extschema@.units_ahead(
        step @extschema@.run_steps, at_most integer,
        OUT units text[], OUT ahead bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    what @extschema@.raw_entities;
    before @extschema@.run_steps;
    listing text;
BEGIN
    SELECT * INTO STRICT what FROM @extschema@.raw_entities WHERE entity = step.name;
    IF what.closed_after IS NOT NULL
       AND NOT (SELECT full_scan FROM @extschema@.runs WHERE run_id = step.run_id) THEN
        SELECT * INTO before FROM @extschema@.run_steps earlier
        WHERE earlier.instance = step.instance AND earlier.layer = 'raw'
          AND earlier.name = step.name AND earlier.status = 'completed'
          AND earlier.run_id < step.run_id
        ORDER BY earlier.step_id DESC LIMIT 1;
    END IF;
    listing := '
        SELECT course.moodle_id AS course_id, 0::bigint AS user_id
        FROM moodle_raw.current course
        WHERE course.instance = $1 AND course.entity = ''course'' AND course.moodle_id > 1
          AND NOT ($4 IS NOT NULL
                   AND coalesce((course.data_json ->> ''enddate'')::bigint BETWEEN 1 AND $4, false)
                   AND (SELECT min(version.ts_extract) FROM moodle_raw.landing version
                        WHERE version.instance = $1 AND version.entity = ''course''
                          AND version.unit_id = 0
                          AND version.record_key = course.record_key) < $5
                   AND NOT EXISTS (SELECT FROM @extschema@.run_errors error
                                   WHERE error.step_id = $6
                                     AND error.unit ~ (''^course '' || course.moodle_id || ''\M'')))';
    IF what.unit = 'enrolment' THEN
        listing := format('SELECT course.course_id, enrolment.moodle_id AS user_id
            FROM (%s) course
            JOIN moodle_raw.current enrolment
              ON enrolment.instance = $1 AND enrolment.entity = ''enrolment''
             AND enrolment.unit_id = course.course_id', listing);
    END IF;
    EXECUTE format('
        WITH ahead AS MATERIALIZED (
            SELECT course_id, user_id FROM (%s) unit WHERE (course_id, user_id) > ($2, $3))
        SELECT (SELECT array_agg(CASE WHEN $8 THEN course_id || '':'' || user_id
                                      ELSE course_id::text END ORDER BY course_id, user_id)
                FROM (SELECT * FROM ahead ORDER BY course_id, user_id LIMIT $7) portion),
               (SELECT count(*) FROM ahead)', listing)
    INTO units, ahead
    USING step.instance, step.at_course, step.at_user,
          extract(epoch FROM before.started_at - what.closed_after)::bigint, before.started_at,
          before.step_id, at_most, what.unit = 'enrolment';
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.units_ahead(@extschema@.run_steps, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.units_ahead(@extschema@.run_steps, integer) IS
    'part of refresh(): the next units of a step, and how many there are still';
