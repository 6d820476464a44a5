-- What is used of a Moodle's own database. A table that is not needed may be missing: what then
-- stays empty is said by `used_for`.
CREATE FUNCTION @extschema@.site_tables()
    RETURNS TABLE (name text, needed boolean, columns text[], used_for text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT part.name, part.needed, string_to_array(part.columns, ' '), part.used_for
    FROM (VALUES
        ('logstore_standard_log', true, 'id component action target objecttable objectid contextlevel contextinstanceid userid courseid relateduserid other timecreated origin ip realuserid', 'events and all of activity'),
        ('user', true, 'id username firstname lastname email idnumber auth confirmed suspended deleted timecreated timemodified firstaccess lastaccess', 'people, deleted ones too'),
        ('course', true, 'id category fullname shortname idnumber visible startdate enddate timecreated enablecompletion', 'courses'),
        ('course_categories', true, 'id name idnumber parent depth path visible', 'directorates and units'),
        ('context', true, 'id contextlevel instanceid path depth', 'who has which role where'),
        ('role', true, 'id name shortname sortorder archetype', 'roles'),
        ('role_assignments', true, 'id roleid contextid userid timemodified', 'who has which role where'),
        ('enrol', true, 'id enrol status courseid', 'methods of enrolment'),
        ('user_enrolments', true, 'id status enrolid userid timestart timeend timecreated timemodified', 'enrolments: method, status, times'),
        ('course_modules', true, 'id course module instance visible added deletioninprogress', 'kinds of activity'),
        ('modules', true, 'id name', 'kinds of activity'),
        ('user_lastaccess', false, 'id userid courseid timeaccess', 'last access to a course'),
        ('grade_items', false, 'id courseid itemname itemtype itemmodule iteminstance gradetype grademax grademin hidden locked', 'grade items, raw grades'),
        ('grade_grades', false, 'id itemid userid rawgrade rawgrademin rawgrademax finalgrade overridden hidden locked feedback timecreated timemodified', 'grades, raw grades'),
        ('grade_grades_history', false, 'id action oldid source timemodified loggeduser itemid userid finalgrade rawgrademin rawgrademax overridden feedback', 'changes of grades, grading delay'),
        ('grade_items_history', false, 'id action oldid timemodified loggeduser courseid itemname', 'changes of grades'),
        ('grade_categories', false, 'id courseid parent depth path fullname', 'grade categories'),
        ('grade_categories_history', false, 'id action oldid timemodified courseid', 'changes of grades'),
        ('course_completions', false, 'id userid course timeenrolled timestarted timecompleted', 'completion times'),
        ('course_completion_criteria', false, 'id course criteriatype moduleinstance', 'completion criteria'),
        ('course_completion_crit_compl', false, 'id userid course criteriaid timecompleted', 'completion criteria'),
        ('course_completion_aggr_methd', false, 'id course criteriatype method', 'completion criteria'),
        ('course_modules_completion', false, 'id coursemoduleid userid completionstate timemodified', 'completed activities'),
        ('course_sections', false, 'id course section name', 'sections of courses'),
        ('assign', false, 'id course name duedate cutoffdate allowsubmissionsfromdate nosubmissions', 'deadlines'),
        ('assign_submission', false, 'id assignment userid timecreated timemodified status latest groupid attemptnumber', 'submissions, deadlines'),
        ('assign_grades', false, 'id assignment userid timecreated timemodified grader grade attemptnumber', 'grading delay'),
        ('quiz', false, 'id course name timeopen timeclose', 'deadlines'),
        ('quiz_attempts', false, 'id quiz userid attempt state timestart timefinish timemodified preview', 'submissions, deadlines'),
        ('quiz_grades', false, 'id quiz userid grade timemodified', 'quiz grades'),
        ('forum', false, 'id course type name', 'forum activity'),
        ('forum_discussions', false, 'id course forum name userid timemodified', 'forum activity'),
        ('forum_posts', false, 'id discussion parent userid created modified deleted', 'forum activity'),
        ('event', false, 'id name courseid groupid userid modulename instance eventtype timestart timeduration visible', 'deadlines'),
        ('groups', false, 'id courseid name', 'groups'),
        ('groups_members', false, 'id groupid userid timeadded', 'groups'),
        ('cohort', false, 'id contextid name idnumber visible', 'cohorts'),
        ('cohort_members', false, 'id cohortid userid timeadded', 'cohorts'),
        ('page', false, 'id course name content', 'which pages are videos'),
        ('resource', false, 'id course name', 'names of files'),
        ('url', false, 'id course name externalurl', 'which links are videos'),
        ('choice', false, 'id course name timeclose', 'deadlines'),
        ('scale', false, 'id name scale', 'scales'),
        ('role_names', false, 'id roleid contextid name', 'names of roles in courses'),
        ('user_info_field', false, 'id shortname name', 'profile fields'),
        ('user_info_data', false, 'id userid fieldid data', 'profile fields'),
        ('h5pactivity', false, 'id course name', 'names of interactive content'),
        ('scorm', false, 'id course name timeclose', 'deadlines'),
        ('folder', false, 'id course name', 'names of folders')
    ) part(name, needed, columns, used_for)
    $$;

COMMENT ON FUNCTION @extschema@.site_tables() IS
    'the tables of a Moodle''s own database that are used, with the columns that must be there';
