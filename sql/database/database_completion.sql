-- Of whom Moodle keeps a completion status: it makes a row for each participant that is tracked, some
-- minutes after he was enrolled. A course that tracks nothing any more has no status.
CREATE FUNCTION @extschema@.database_completion(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT person.course::bigint AS unit_id, person.course || '':'' || person.userid AS record_key,
                person.userid::bigint AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(
                    ''completed'', person.timecompleted IS NOT NULL, ''aggregation'', coalesce(min(overall.method), 1),
                    ''timecompleted'', person.timecompleted, ''timestarted'', nullif(person.timestarted, 0),
                    ''completions'', coalesce(jsonb_agg(jsonb_build_object(
                         ''type'', criterion.criteriatype, ''complete'', met.timecompleted IS NOT NULL,
                         ''timecompleted'', met.timecompleted) ORDER BY criterion.criteriatype, criterion.id)
                         FILTER (WHERE criterion.id IS NOT NULL), ''[]''))) AS served
         FROM (SELECT course, userid, max(timecompleted) AS timecompleted, min(timestarted) AS timestarted
               FROM %1$s WHERE course >= %5$s AND course <= %6$s GROUP BY 1, 2) person
         JOIN (SELECT id FROM %7$s WHERE enablecompletion = 1 AND id >= %5$s AND id <= %6$s) tracked
           ON tracked.id = person.course
         LEFT JOIN (SELECT id, course, criteriatype FROM %2$s WHERE course >= %5$s AND course <= %6$s) criterion
                ON criterion.course = person.course
         LEFT JOIN (SELECT criteriaid, userid, max(timecompleted) AS timecompleted
                    FROM %3$s WHERE course >= %5$s AND course <= %6$s GROUP BY 1, 2) met
                ON met.criteriaid = criterion.id AND met.userid = person.userid
         LEFT JOIN (SELECT course, method FROM %4$s
                    WHERE criteriatype IS NULL AND course >= %5$s AND course <= %6$s) overall
                ON overall.course = person.course
         GROUP BY person.course, person.userid, person.timecompleted, person.timestarted',
        @extschema@.site_table(of_instance, 'course_completions'),
        @extschema@.site_table(of_instance, 'course_completion_criteria'),
        @extschema@.site_table(of_instance, 'course_completion_crit_compl'),
        @extschema@.site_table(of_instance, 'course_completion_aggr_methd'), low, high,
        @extschema@.site_table(of_instance, 'course'))
    WHERE @extschema@.site_has(of_instance, 'course_completions', 'course_completion_criteria',
                               'course_completion_crit_compl', 'course_completion_aggr_methd')
    $$;

COMMENT ON FUNCTION @extschema@.database_completion(text, bigint, bigint) IS
    'part of refresh(): the completion of a range of courses of an attached database, as a SELECT; NULL = there is no such table';
