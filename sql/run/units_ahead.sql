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
    courses bigint[];
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
    -- The course that the last portion ended in may have more people.
    SELECT coalesce(array_agg(course.moodle_id ORDER BY course.moodle_id), '{}') INTO courses
    FROM moodle_raw.current course
    WHERE course.instance = step.instance AND course.entity = 'course'
      AND course.moodle_id > greatest(1, step.at_course - (what.unit = 'enrolment')::integer)
      AND NOT (before.step_id IS NOT NULL
               AND coalesce((course.data_json ->> 'enddate')::bigint BETWEEN 1
                            AND extract(epoch FROM before.started_at - what.closed_after), false)
               AND (SELECT min(version.ts_extract) FROM moodle_raw.landing version
                    WHERE version.instance = step.instance AND version.entity = 'course'
                      AND version.unit_id = 0
                      AND version.record_key = course.record_key) < before.started_at
               AND NOT EXISTS (SELECT FROM @extschema@.run_errors error
                               WHERE error.step_id = before.step_id
                                 AND error.unit ~ ('^course ' || course.moodle_id || '\M')));
    IF what.unit = 'course' THEN
        units := courses[:at_most];
        ahead := cardinality(courses);
        RETURN;
    END IF;
    SELECT array_agg(pair ORDER BY place) FILTER (WHERE place <= at_most), count(*)
    INTO units, ahead
    FROM (SELECT enrolment.record_key AS pair,
                 row_number() OVER (ORDER BY enrolment.unit_id, person.id) AS place
          FROM @extschema@.latest_versions(step.instance, 'enrolment', courses) enrolment
          CROSS JOIN LATERAL (
              SELECT split_part(enrolment.record_key, ':', 2)::bigint AS id) person
          WHERE NOT enrolment.is_deleted
            AND (enrolment.unit_id, person.id) > (step.at_course, step.at_user)) numbered;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.units_ahead(@extschema@.run_steps, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.units_ahead(@extschema@.run_steps, integer) IS
    'part of refresh(): the next units of a step, and how many there are still';
