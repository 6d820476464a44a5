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
    -- Beside those that the tables name: whom to ask for, and what tables do without.
    more (function, entity, spare, remark) AS (VALUES
        ('core_enrol_get_enrolled_users', 'completions', false, NULL),
        ('core_course_get_courses', NULL, true, NULL),
        ('gradereport_grader_get_users_in_report', 'grades', true, 'divides a course that is too large for one answer'),
        ('gradereport_grader_get_users_in_report', 'grade_items', true, NULL),
        ('gradereport_grader_get_users_in_report', 'grades_table', true, NULL),
        ('core_grades_get_gradeitems', NULL, true, 'lets check_instance() find grade items that are lost'),
        ('core_enrol_get_users_courses', NULL, true, 'lets check_instance() count participants')),
    named AS (
        SELECT known.function, entity, false AS spare, NULL AS remark
        FROM @extschema@.known_functions() known, unnest(known.used_by) entity
        UNION ALL
        SELECT * FROM more)
    SELECT named.function, array_agg(DISTINCT entity) FILTER (WHERE entity IS NOT NULL), trial.arguments::jsonb,
           -- One of two that do the same is enough.
           bool_and(named.spare) OR named.function = 'core_course_get_courses', max(named.remark)
    FROM named LEFT JOIN trial USING (function) LEFT JOIN @extschema@.entity_list() list USING (entity)
    GROUP BY named.function, trial.arguments
    ORDER BY min(list.ordinal), named.function
$$;

COMMENT ON FUNCTION @extschema@.needed_functions() IS
    'the web-service functions that the tables call, for which tables, and a cheap call to try each; spare: tables do without';
