-- Every function that a table calls, with the least that can be asked of it: $course, $user and $self
-- stand for ids of the sample. Functions without arguments here are not tried.
CREATE FUNCTION @extschema@.needed_functions(
        OUT function text, OUT needed_by text[], OUT arguments jsonb, OUT spare boolean, OUT remark text)
    RETURNS SETOF record
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH trial (function, arguments) AS (VALUES
        ('core_webservice_get_site_info', '{}'),
        ('core_user_get_users', '{"criteria": [{"key": "id", "value": "$user"}]}'),
        ('core_user_get_users_by_field', '{"field": "id", "values": ["$user"]}'),
        ('core_course_get_courses_by_field', '{"field": "id", "value": "$course"}'),
        ('core_course_get_categories', '{"criteria": [{"key": "parent", "value": "0"}], "addsubcategories": 0}'),
        ('core_enrol_get_enrolled_users', '{"courseid": "$course", "options": [{"name": "limitnumber", "value": 1}, {"name": "userfields", "value": "id"}]}'),
        ('core_enrol_get_course_enrolment_methods', '{"courseid": "$course"}'),
        ('core_enrol_get_users_courses', '{"userid": "$self", "returnusercount": 0}'),
        ('gradereport_user_get_grade_items', '{"courseid": "$course", "userid": "$user"}'),
        ('gradereport_user_get_grades_table', '{"courseid": "$course", "userid": "$user"}'),
        ('gradereport_grader_get_users_in_report', '{"courseid": "$course"}'),
        ('core_completion_get_course_completion_status', '{"courseid": "$course", "userid": "$user"}'),
        ('core_course_get_contents', '{"courseid": "$course", "options": [{"name": "excludemodules", "value": 1}]}'),
        ('core_group_get_course_groups', '{"courseid": "$course"}'),
        ('core_cohort_get_cohorts', '{}'),
        ('core_completion_get_activities_completion_status', '{"courseid": "$course", "userid": "$user"}'),
        ('mod_assign_get_assignments', '{"courseids": ["$course"], "includenotenrolledcourses": 1}'),
        ('mod_quiz_get_quizzes_by_courses', '{"courseids": ["$course"]}'),
        ('mod_forum_get_forums_by_courses', '{"courseids": ["$course"]}'),
        ('core_badges_get_user_badges', '{"userid": "$user", "perpage": 1}'),
        ('core_notes_get_course_notes', '{"courseid": "$course", "userid": "$user"}'),
        ('core_reportbuilder_list_reports', '{}')),
    -- Beside the function that each table names first.
    more (function, needed_by, spare, remark) AS (VALUES
        ('core_user_get_users_by_field', '{users}'::text[], false, 'users by their ids, in joins'),
        ('core_course_get_courses', '{courses}', true, NULL),
        ('core_enrol_get_enrolled_users', '{users,completions}', false, 'whom to ask for'),
        ('gradereport_grader_get_users_in_report', '{grade_items,grades,grades_table}', true,
         'divides a course that is too large for one answer'),
        ('core_grades_get_gradeitems', '{}', true, 'lets check_instance() find grade items that are lost'),
        ('core_enrol_get_users_courses', '{}', true, 'lets check_instance() count participants')),
    named AS (
        SELECT list.function, list.entity, false AS spare, NULL AS remark, list.ordinal
        FROM @extschema@.entity_list() list
        UNION ALL
        SELECT more.function, entity, more.spare, more.remark, 1000
        FROM more LEFT JOIN unnest(more.needed_by) entity ON true)
    SELECT named.function, array_agg(DISTINCT entity) FILTER (WHERE entity IS NOT NULL),
           trial.arguments::jsonb, bool_and(named.spare), min(named.remark)
    FROM named LEFT JOIN trial USING (function)
    WHERE named.function ~ '^[a-z]+_' AND named.function NOT IN ('core_role_get_all_roles', 'local_wsgetroles_get_roles')
    GROUP BY named.function, trial.arguments
    ORDER BY min(named.ordinal), named.function
$$;

COMMENT ON FUNCTION @extschema@.needed_functions() IS
    'the web-service functions that the tables call, for which tables, and a cheap call to try each; spare: tables do without';
