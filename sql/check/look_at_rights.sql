-- Rights that Moodle names when it refuses: asked for the least that needs each.
CREATE FUNCTION @extschema@.look_at_rights(facts jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    opened jsonb := jsonb_path_query_first(facts, '$.sample[*] ? (@.cause == null)');
    tracked jsonb;
    -- A group that nobody is in: whoever may see all groups gets an empty list.
    nobodys_group CONSTANT integer := 2147483647;
    rights jsonb := jsonb_build_object(
        'category:manage', @extschema@.ask(facts, 'core_course_get_categories',
            '{"criteria": [{"key": "idnumber", "value": "-"}]}') - 'answer',
        'category:viewhiddencategories', @extschema@.ask(facts, 'core_course_get_categories',
            '{"criteria": [{"key": "visible", "value": "0"}]}') - 'answer',
        'cohort:view', @extschema@.ask(facts, 'core_cohort_get_cohorts') - 'answer');
BEGIN
    IF opened IS NOT NULL THEN
        rights := rights || jsonb_build_object(
            'site:accessallgroups', @extschema@.ask(facts, 'core_enrol_get_enrolled_users', jsonb_build_object(
                'courseid', opened -> 'id', 'options', jsonb_build_array(
                    jsonb_build_object('name', 'groupid', 'value', nobodys_group),
                    jsonb_build_object('name', 'userfields', 'value', 'id')))) - 'answer',
            'course:enrolreview', @extschema@.ask(facts, 'core_enrol_get_enrolled_users', jsonb_build_object(
                'courseid', opened -> 'id', 'options', jsonb_build_array(
                    jsonb_build_object('name', 'onlyactive', 'value', 1),
                    jsonb_build_object('name', 'limitnumber', 'value', 1),
                    jsonb_build_object('name', 'userfields', 'value', 'id')))) - 'answer',
            'course:managegroups', @extschema@.ask(facts, 'core_group_get_course_groups',
                jsonb_build_object('courseid', opened -> 'id')) - 'answer');
    END IF;
    -- Where completion is on, the answer to a student's is no, but not "you cannot view this report".
    tracked := jsonb_path_query_first(facts, '$.sample[*] ? (@.completion == 1 && @.students.size() > 0)');
    IF tracked IS NOT NULL THEN
        rights := rights || jsonb_build_object(
            'completion:view', @extschema@.ask(facts, 'core_completion_get_course_completion_status',
                jsonb_build_object('courseid', tracked -> 'id', 'userid', tracked #> '{students,0}')) - 'answer');
    END IF;
    RETURN rights || jsonb_build_object(
        'assignments', (SELECT jsonb_build_object('cause', asked -> 'cause',
                'seen', jsonb_path_exists(asked, '$.answer.courses[*].assignments[*]'),
                'refused', jsonb_array_length(jsonb_path_query_array(asked,
                    '$.answer.warnings[*] ? (@.item == "module" && @.warningcode == "1")')))
            FROM @extschema@.ask(facts, 'mod_assign_get_assignments', jsonb_build_object(
                'courseids', jsonb_path_query_array(facts, '$.sample[*] ? (@.cause == null).id'),
                'includenotenrolledcourses', 1)) asked),
        'quizzes', (SELECT jsonb_build_object('cause', asked -> 'cause',
                'seen', jsonb_path_exists(asked, '$.answer.quizzes[*]'))
            FROM @extschema@.ask(facts, 'mod_quiz_get_quizzes_by_courses', jsonb_build_object(
                'courseids', jsonb_path_query_array(facts, '$.sample[*] ? (@.cause == null).id'))) asked));
END
$$;

COMMENT ON FUNCTION @extschema@.look_at_rights(jsonb) IS
    'part of check_instance(): capabilities whose lack Moodle tells';
