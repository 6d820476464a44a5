-- What tables need beyond functions: capabilities of the token's user, and what is asked of the site.
-- A capability's title is what Moodle's pages call it.
CREATE FUNCTION @extschema@.needs(
        OUT ordinal bigint, OUT need text, OUT title text, OUT needed_by text[], OUT lost text, OUT remedy text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT ordinality, list.need, list.title, list.needed_by::text[], list.lost,
           CASE WHEN list.title IS NULL THEN list.remedy
                ELSE format('Allow "%s" (%s) to a system role of the token''s user: Site administration > Users > Permissions > Define roles, and Assign system roles.',
                            list.title, list.need) || coalesce(' ' || list.remedy, '') END
    FROM ROWS FROM (jsonb_to_recordset($json$[
        {"need": "site: answers", "needed_by": "{*}"},
        {"need": "site: address", "needed_by": "{*}",
         "remedy": "Set the server option url to the address that the site itself uses ($CFG->wwwroot)."},
        {"need": "site: version", "needed_by": "{*}",
         "remedy": "moodle_fdw knows Moodle 4.1 to 5.x; other versions may lack functions or name fields otherwise."},
        {"need": "site: clock", "needed_by": "{}",
         "remedy": "Let both machines follow a time server (NTP): what is asked for \"since\" a moment is wrong by the difference."},
        {"need": "site: compression", "needed_by": "{}",
         "remedy": "Let the site's web server compress application/json (nginx: gzip on; gzip_types application/json;)."},
        {"need": "site: arguments", "needed_by": "{*}",
         "remedy": "Raise max_input_vars in the site's php.ini to 1000 or more (Moodle itself asks for 5000)."},
        {"need": "site: completion", "needed_by": "{completions,activity_completions}",
         "remedy": "Site administration > General > Advanced features > Enable completion tracking."},
        {"need": "token: owner", "needed_by": "{*}"},
        {"need": "token: valid until", "needed_by": "{*}",
         "remedy": "Moodle tells no caller when a token expires: look at \"Valid until\" in Site administration > Server > Web services > Manage tokens."},
        {"need": "moodle/course:view", "title": "View courses without participation",
         "needed_by": "{enrolments,participants,roles,users,grade_items,grades,grades_table,completions,modules,groups}",
         "lost": "what is in courses"},
        {"need": "moodle/course:viewhiddencourses", "title": "View hidden courses",
         "needed_by": "{courses,enrolments,participants,roles,enrolment_methods,grade_items,grades,grades_table,completions,modules,groups}",
         "lost": "hidden courses and all in them"},
        {"need": "moodle/category:viewhiddencategories", "title": "See hidden categories",
         "needed_by": "{categories,courses,enrolments,participants,roles,grade_items,grades,grades_table,completions}",
         "lost": "hidden categories and all in them"},
        {"need": "moodle/category:manage", "title": "Manage categories", "needed_by": "{categories}",
         "lost": "idnumber, visible, visibleold, timemodified and theme of categories"},
        {"need": "moodle/course:update", "title": "Update course settings", "needed_by": "{courses}",
         "lost": "idnumber, timecreated, timemodified and further settings of courses"},
        {"need": "moodle/course:viewparticipants", "title": "View participants",
         "needed_by": "{enrolments,participants,roles,completions}", "lost": "participants of courses"},
        {"need": "moodle/site:accessallgroups", "title": "Access all groups",
         "needed_by": "{enrolments,participants,roles,grade_items,grades,grades_table,completions,groups,group_members}",
         "lost": "all but one's own groups where groups are separate"},
        {"need": "moodle/course:enrolreview", "title": "Review course enrolments", "needed_by": "{enrolments,participants}",
         "lost": "which enrolments are active (option onlyactive)"},
        {"need": "moodle/user:viewdetails", "title": "View user profiles",
         "needed_by": "{users,enrolments,participants,roles,completions}", "lost": "people"},
        {"need": "moodle/user:viewalldetails", "title": "View user full information",
         "needed_by": "{users,enrolments,participants}",
         "lost": "username, idnumber, auth, confirmed, department and further fields of people"},
        {"need": "moodle/site:viewuseridentity", "title": "See full user identity in lists",
         "needed_by": "{users,enrolments,participants}", "lost": "email of people",
         "remedy": "And tick Email address in Site administration > Users > Permissions > User policies > Show user identity."},
        {"need": "moodle/site:viewfullnames", "title": "Always see full names of users",
         "needed_by": "{users,enrolments,participants}", "lost": "firstname and lastname of people"},
        {"need": "moodle/user:viewhiddendetails", "title": "View hidden details of users",
         "needed_by": "{users,enrolments,participants}", "lost": "lastaccess and other fields that the site hides",
         "remedy": "Or untick them in Site administration > Users > Permissions > User policies > Hide user fields."},
        {"need": "gradereport/user:view", "title": "View user report", "needed_by": "{grade_items,grades,grades_table}",
         "lost": "grades and grade items"},
        {"need": "moodle/grade:viewall", "title": "View grades of other users",
         "needed_by": "{grade_items,grades,grades_table}", "lost": "grades and grade items"},
        {"need": "moodle/grade:viewhidden", "title": "View hidden grades for owner",
         "needed_by": "{grade_items,grades,grades_table}", "lost": "hidden grade items and grades"},
        {"need": "mod/assign:view", "title": "View assignment",
         "needed_by": "{grade_items,grades,grades_table,assignments,submissions,assignment_grades}",
         "lost": "assignments and their grade items"},
        {"need": "mod/quiz:view", "title": "View quiz information",
         "needed_by": "{grade_items,grades,grades_table,quizzes,quiz_attempts}", "lost": "quizzes and their grade items"},
        {"need": "mod/*:view", "needed_by": "{grade_items,grades,grades_table,modules}",
         "lost": "grade items of other activities",
         "remedy": "Allow the view capability of each kind of activity (mod/forum:viewdiscussion, mod/lesson:view, mod/scorm:view, …) to a system role of the token's user: Site administration > Users > Permissions > Define roles."},
        {"need": "report/completion:view", "title": "View course completion report", "needed_by": "{completions}",
         "lost": "completions"},
        {"need": "moodle/course:managegroups", "title": "Manage groups", "needed_by": "{groups,group_members}",
         "lost": "groups and their members"},
        {"need": "moodle/cohort:view", "title": "View site-wide cohorts", "needed_by": "{cohorts,cohort_members}",
         "lost": "cohorts and their members"}
        ]$json$) AS (need text, title text, needed_by text, lost text, remedy text)) WITH ORDINALITY list
$$;

COMMENT ON FUNCTION @extschema@.needs() IS
    'capabilities and conditions that tables rest on, what is lost without each, and where Moodle sets it';
