-- The learners of an instance as a SELECT with the columns of moodle_stg.learners. What the site's
-- database does not tell of visits and completion is taken from what the web services told.
CREATE FUNCTION @extschema@.learner_source(of_instance text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT period.moodle_course_id, period.moodle_user_id, period.since,
                greatest(coalesce(enrolled.status, 1), person.suspended)::integer AS enrolment_status, enrolled.ends_at AS enrolment_ends_at,
                greatest(%5$s, told.lastcourseaccess_at) AS last_visit_at,
                coalesce(%6$s, finished.completed_at) AS completed_at
         FROM @extschema@.learner_periods(%1$L, NULL) period
         JOIN (SELECT id, suspended FROM %2$s WHERE deleted = 0 AND username <> ''guest'') person
             ON person.id = period.moodle_user_id
         JOIN (SELECT method.courseid, member.userid,
                      min(CASE WHEN method.status = 0 AND member.status = 0
                                AND to_timestamp(member.timestart) <= now()
                                AND (member.timeend = 0 OR to_timestamp(member.timeend) > now())
                               THEN 0 ELSE 1 END) AS status,
                      CASE WHEN min(member.timeend) > 0 THEN @extschema@.epoch_at(max(member.timeend)) END AS ends_at
               FROM %3$s member JOIN %4$s method ON method.id = member.enrolid
               GROUP BY method.courseid, member.userid) enrolled
             ON enrolled.courseid = period.moodle_course_id AND enrolled.userid = period.moodle_user_id
         LEFT JOIN moodle_stg.enrolments told
             ON told.instance = %1$L AND told.moodle_course_id = period.moodle_course_id
            AND told.moodle_user_id = period.moodle_user_id
         LEFT JOIN moodle_stg.completions finished
             ON finished.instance = %1$L AND finished.moodle_course_id = period.moodle_course_id
            AND finished.moodle_user_id = period.moodle_user_id %7$s %8$s
         WHERE period.until = ''infinity''',
        of_instance, @extschema@.site_table(of_instance, 'user'),
        @extschema@.site_table(of_instance, 'user_enrolments'), @extschema@.site_table(of_instance, 'enrol'),
        CASE WHEN visits THEN '@extschema@.epoch_at(visit.timeaccess)' ELSE 'NULL' END,
        CASE WHEN completions THEN '@extschema@.epoch_at(done.timecompleted)' ELSE 'NULL' END,
        CASE WHEN visits THEN format(
            'LEFT JOIN (SELECT courseid, userid, max(timeaccess) AS timeaccess FROM %s
                        GROUP BY courseid, userid) visit
                 ON visit.courseid = period.moodle_course_id AND visit.userid = period.moodle_user_id',
            @extschema@.site_table(of_instance, 'user_lastaccess')) END,
        CASE WHEN completions THEN format(
            'LEFT JOIN (SELECT course, userid, max(timecompleted) AS timecompleted FROM %s
                        GROUP BY course, userid) done
                 ON done.course = period.moodle_course_id AND done.userid = period.moodle_user_id',
            @extschema@.site_table(of_instance, 'course_completions')) END)
    FROM (SELECT @extschema@.site_has(of_instance, 'user_lastaccess') AS visits,
                 @extschema@.site_has(of_instance, 'course_completions') AS completions) site
    $$;

COMMENT ON FUNCTION @extschema@.learner_source(text) IS 'part of load_learners()';
