-- Every function that a table calls, with the least that can be asked of it: $course, $user and $self
-- stand for ids of the sample, and what one function gives ($group, …) another asks for. A function
-- without arguments here is not tried.
CREATE FUNCTION @extschema@.needed_functions(
        OUT function text, OUT needed_by text[], OUT arguments jsonb, OUT gives text, OUT gives_at jsonpath,
        OUT spare boolean, OUT instead text, OUT remark text)
    RETURNS SETOF record
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH trial (function, arguments, gives, gives_at) AS (VALUES
        ('core_webservice_get_site_info', '{}', NULL, NULL),
        ('core_user_get_users', '{"criteria": [{"key": "id", "value": "$user"}]}', NULL, NULL),
        ('core_user_get_users_by_field', '{"field": "id", "values": ["$user"]}', NULL, NULL),
        ('core_course_get_courses', '{"options": {"ids": ["$course"]}}', NULL, NULL),
        ('core_course_get_courses_by_field', '{"field": "id", "value": "$course"}', NULL, NULL),
        ('core_course_get_categories', '{"criteria": [{"key": "parent", "value": "0"}], "addsubcategories": 0}', NULL, NULL),
        ('core_enrol_get_enrolled_users', '{"courseid": "$course", "options": [{"name": "limitnumber", "value": 1}, {"name": "userfields", "value": "id"}]}', NULL, NULL),
        ('core_enrol_get_course_enrolment_methods', '{"courseid": "$course"}', NULL, NULL),
        ('core_enrol_get_users_courses', '{"userid": "$self", "returnusercount": 0}', NULL, NULL),
        ('gradereport_user_get_grade_items', '{"courseid": "$course", "userid": "$user"}', NULL, NULL),
        ('core_grades_get_gradeitems', '{"courseid": "$course"}', NULL, NULL),
        ('gradereport_user_get_grades_table', '{"courseid": "$course", "userid": "$user"}', NULL, NULL),
        ('gradereport_grader_get_users_in_report', '{"courseid": "$course"}', NULL, NULL),
        ('core_completion_get_course_completion_status', '{"courseid": "$course", "userid": "$user"}', NULL, NULL),
        ('core_completion_get_activities_completion_status', '{"courseid": "$course", "userid": "$user"}', NULL, NULL),
        ('core_course_get_contents', '{"courseid": "$course", "options": [{"name": "excludemodules", "value": 1}]}', NULL, NULL),
        ('core_course_get_updates_since', '{"courseid": "$course", "since": 2000000000}', NULL, NULL),
        ('core_group_get_course_groups', '{"courseid": "$course"}', 'group', '$[0].id'),
        ('core_group_get_group_members', '{"groupids": ["$group"]}', NULL, NULL),
        ('core_cohort_get_cohorts', '{}', 'cohort', '$[0].id'),
        ('core_cohort_search_cohorts', '{"query": "", "context": {"contextid": 1}, "includes": "all", "limitnum": 1}', NULL, NULL),
        ('core_cohort_get_cohort_members', '{"cohortids": ["$cohort"]}', NULL, NULL),
        ('mod_assign_get_assignments', '{"courseids": ["$course"], "includenotenrolledcourses": 1}', 'assignment', '$.courses[0].assignments[0].id'),
        ('mod_assign_get_submissions', '{"assignmentids": ["$assignment"]}', NULL, NULL),
        ('mod_assign_get_grades', '{"assignmentids": ["$assignment"]}', NULL, NULL),
        ('mod_quiz_get_quizzes_by_courses', '{"courseids": ["$course"]}', 'quiz', '$.quizzes[0].id'),
        ('mod_quiz_get_user_attempts', '{"quizid": "$quiz", "userid": "$user"}', NULL, NULL),
        ('mod_quiz_get_user_quiz_attempts', '{"quizid": "$quiz", "userid": "$user"}', NULL, NULL),
        ('mod_forum_get_forums_by_courses', '{"courseids": ["$course"]}', 'forum', '$[0].id'),
        ('mod_forum_get_forum_discussions', '{"forumid": "$forum", "perpage": 1}', 'discussion', '$.discussions[0].discussion'),
        ('mod_forum_get_discussion_posts', '{"discussionid": "$discussion"}', NULL, NULL),
        ('core_calendar_get_calendar_events', '{"events": {"courseids": ["$course"]}}', NULL, NULL),
        ('core_badges_get_user_badges', '{"userid": "$user", "perpage": 1}', NULL, NULL),
        ('core_notes_get_course_notes', '{"courseid": "$course", "userid": "$user"}', NULL, NULL),
        ('core_tag_get_tag_cloud', '{"limit": 1}', NULL, NULL),
        ('core_reportbuilder_list_reports', '{}', 'report', '$.reports[0].id'),
        ('core_reportbuilder_retrieve_report', '{"reportid": "$report", "page": 0, "perpage": 1}', NULL, NULL)),
    -- Beside those that the tables name: whom to ask for, and what tables do without.
    more (function, entity, spare, remark) AS (VALUES
        ('core_enrol_get_enrolled_users', 'completions', false, NULL),
        ('gradereport_grader_get_users_in_report', 'grades', true, 'divides a course that is too large for one answer'),
        ('gradereport_grader_get_users_in_report', 'grade_items', true, NULL),
        ('gradereport_grader_get_users_in_report', 'grades_table', true, NULL),
        ('core_grades_get_gradeitems', NULL, true, 'lets check_instance() find grade items that are lost'),
        ('core_enrol_get_users_courses', NULL, true, 'lets check_instance() count participants')),
    -- Either does.
    pair (function, instead) AS (VALUES
        ('core_course_get_courses_by_field', 'core_course_get_courses'),
        ('core_course_get_courses', 'core_course_get_courses_by_field'),
        ('mod_quiz_get_user_attempts', 'mod_quiz_get_user_quiz_attempts'),
        ('mod_quiz_get_user_quiz_attempts', 'mod_quiz_get_user_attempts'),
        ('core_cohort_get_cohorts', 'core_cohort_search_cohorts'),
        ('core_cohort_search_cohorts', 'core_cohort_get_cohorts')),
    named AS (
        SELECT known.function, entity, false AS spare, NULL AS remark
        FROM @extschema@.known_functions() known, unnest(known.used_by) entity
        UNION ALL
        SELECT * FROM more)
    SELECT named.function, array_agg(DISTINCT entity) FILTER (WHERE entity IS NOT NULL), trial.arguments::jsonb,
           trial.gives, trial.gives_at::jsonpath,
           bool_and(named.spare), pair.instead, max(named.remark)
    FROM named LEFT JOIN trial USING (function) LEFT JOIN pair USING (function) LEFT JOIN @extschema@.entity_list() list USING (entity)
    GROUP BY named.function, trial.arguments, trial.gives, trial.gives_at, pair.instead
    ORDER BY min(list.ordinal), trial.gives IS NULL, named.function
$$;

COMMENT ON FUNCTION @extschema@.needed_functions() IS
    'the web-service functions that the tables call, for which tables, and a cheap call to try each; spare: tables do without; instead: the other of two that do the same';
