-- One record for a person's place in a course, as web services have it. Of several methods, those
-- that let the person in now count before others, then the oldest.
CREATE FUNCTION @extschema@.database_enrolment(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT place.course_id AS unit_id, place.course_id || '':'' || place.user_id AS record_key,
                place.user_id AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(
                    ''id'', place.user_id, ''status'', place.status, ''method'', place.methods[1],
                    ''methods'', to_jsonb(ARRAY(SELECT DISTINCT unnest(place.methods) ORDER BY 1)),
                    ''timestart'', place.timestart, ''timeend'', place.timeend,
                    ''timecreated'', place.timecreated, ''timemodified'', place.timemodified,
                    ''roles'', coalesce(given.roles, ''[]''))) %s AS served
         FROM (SELECT method.courseid::bigint AS course_id, held.userid::bigint AS user_id,
                      min((held.status <> 0 OR method.status <> 0)::integer) AS status,
                      array_agg(method.enrol::text ORDER BY held.status <> 0 OR method.status <> 0,
                                                            held.timecreated, held.id) AS methods,
                      coalesce(min(held.timestart) FILTER (WHERE held.status = 0 AND method.status = 0),
                               min(held.timestart)) AS timestart,
                      coalesce(max(CASE held.timeend WHEN 0 THEN 9223372036854775807 ELSE held.timeend END)
                                   FILTER (WHERE held.status = 0 AND method.status = 0),
                               max(CASE held.timeend WHEN 0 THEN 9223372036854775807 ELSE held.timeend END))
                          %% 9223372036854775807 AS timeend,
                      min(held.timecreated) AS timecreated, max(held.timemodified) AS timemodified
               FROM %s held JOIN %s method ON method.id = held.enrolid
               WHERE method.courseid >= %s AND method.courseid <= %s
               GROUP BY 1, 2) place
         LEFT JOIN (SELECT context.instanceid AS course_id, given.userid AS user_id,
                           jsonb_agg(DISTINCT jsonb_build_object(''roleid'', role.id, ''shortname'', role.shortname,
                                                                 ''name'', role.name)) AS roles
                    FROM %s given
                    JOIN %s context ON context.id = given.contextid
                    JOIN %s role ON role.id = given.roleid
                    WHERE context.contextlevel = 50 AND context.instanceid >= %s AND context.instanceid <= %s
                    GROUP BY 1, 2) given ON given.course_id = place.course_id AND given.user_id = place.user_id %s',
        CASE WHEN @extschema@.site_has(of_instance, 'user_lastaccess')
             THEN '|| jsonb_build_object(''lastcourseaccess'', coalesce(visit.timeaccess, 0))' ELSE '' END
        || CASE WHEN @extschema@.site_has(of_instance, 'groups', 'groups_members')
                THEN '|| jsonb_build_object(''groups'', coalesce(joined.groups, ''[]''))' ELSE '' END,
        @extschema@.site_table(of_instance, 'user_enrolments'), @extschema@.site_table(of_instance, 'enrol'),
        low, high,
        @extschema@.site_table(of_instance, 'role_assignments'), @extschema@.site_table(of_instance, 'context'),
        @extschema@.site_table(of_instance, 'role'), low, high,
        CASE WHEN @extschema@.site_has(of_instance, 'user_lastaccess') THEN format(
            ' LEFT JOIN (SELECT courseid, userid, max(timeaccess) AS timeaccess FROM %s
                         WHERE courseid >= %s AND courseid <= %s GROUP BY 1, 2) visit
                   ON visit.courseid = place.course_id AND visit.userid = place.user_id',
            @extschema@.site_table(of_instance, 'user_lastaccess'), low, high) ELSE '' END
        || CASE WHEN @extschema@.site_has(of_instance, 'groups', 'groups_members') THEN format(
            ' LEFT JOIN (SELECT team.courseid, member.userid,
                                jsonb_agg(jsonb_build_object(''id'', team.id, ''name'', team.name) ORDER BY team.id) AS groups
                         FROM %s team JOIN %s member ON member.groupid = team.id
                         WHERE team.courseid >= %s AND team.courseid <= %s GROUP BY 1, 2) joined
                   ON joined.courseid = place.course_id AND joined.userid = place.user_id',
            @extschema@.site_table(of_instance, 'groups'), @extschema@.site_table(of_instance, 'groups_members'),
            low, high) ELSE '' END)
    $$;

COMMENT ON FUNCTION @extschema@.database_enrolment(text, bigint, bigint) IS
    'part of refresh(): who takes part in a range of courses of an attached database, as a SELECT';
