-- In the site's own database, after site_own.sql: what learners hand in, write and are given. Times are
-- by the clock on the wall of the site.
CREATE FUNCTION local_epoch(at text, zone text DEFAULT 'Europe/Prague') RETURNS bigint LANGUAGE sql AS
    $$ SELECT extract(epoch FROM at::timestamp AT TIME ZONE zone)::bigint $$;
-- A person with a role who is enrolled, too.
CREATE FUNCTION new_member(person bigint, of_course bigint, role text DEFAULT 'student', since text DEFAULT '2025-01-01',
                           suspended integer DEFAULT 0) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM new_role(person, of_course, role, since);
    INSERT INTO mdl_enrol (id, enrol, status, courseid)
    SELECT 100000 + of_course, 'manual', 0, of_course
    WHERE NOT EXISTS (SELECT FROM mdl_enrol WHERE id = 100000 + of_course);
    INSERT INTO mdl_user_enrolments (id, status, enrolid, userid, timestart, timeend)
    SELECT max(id) + 1, suspended, 100000 + of_course, person, 0, 0 FROM mdl_user_enrolments;
END $$;
CREATE FUNCTION new_activity(kind text, activity bigint, of_course bigint, module_id bigint, title text,
                             due bigint DEFAULT 0, closes bigint DEFAULT 0) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mdl_course_modules (id, course, module, instance, visible)
    SELECT module_id, of_course, id, activity, 1 FROM mdl_modules WHERE name = kind;
    IF kind = 'assign' THEN
        INSERT INTO mdl_assign (id, course, name, intro, duedate, cutoffdate, nosubmissions)
        VALUES (activity, of_course, title, '', due, closes, 0);
    ELSIF kind = 'quiz' THEN
        INSERT INTO mdl_quiz (id, course, name, intro, timeclose) VALUES (activity, of_course, title, '', due);
    ELSIF kind = 'forum' THEN
        INSERT INTO mdl_forum (id, course, name, intro) VALUES (activity, of_course, title, '');
    END IF;
END $$;
CREATE FUNCTION hand_in(of_assignment bigint, person bigint, at bigint, how text DEFAULT 'submitted', by_group bigint DEFAULT 0)
    RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_assign_submission (id, assignment, userid, timecreated, timemodified, status, groupid, attemptnumber, latest)
    SELECT max(id) + 1, of_assignment, person, at, at, how, by_group, 0, 1 FROM mdl_assign_submission
    $$;
CREATE FUNCTION mark(of_assignment bigint, person bigint, by_whom bigint, at bigint, given numeric) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_assign_grades (id, assignment, userid, timecreated, timemodified, grader, grade, attemptnumber)
    SELECT max(id) + 1, of_assignment, person, at, at, by_whom, given, 0 FROM mdl_assign_grades
    $$;
CREATE FUNCTION take_quiz(of_quiz bigint, person bigint, at bigint, how text DEFAULT 'finished') RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_quiz_attempts (id, quiz, userid, attempt, uniqueid, layout, preview, state, timestart, timefinish, timemodified)
    SELECT max(id) + 1, of_quiz, person, 1, max(uniqueid) + 1, '', 0, how, at - 600, CASE how WHEN 'finished' THEN at ELSE 0 END, at
    FROM mdl_quiz_attempts
    $$;
-- An answer to post 0 opens the discussion.
CREATE FUNCTION write_post(number bigint, answers bigint, of_forum bigint, of_course bigint, of_discussion bigint, person bigint, at bigint)
    RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_forum_discussions (id, course, forum, name, firstpost, userid, timemodified)
    SELECT of_discussion, of_course, of_forum, 'About', number, person, at WHERE answers = 0;
    INSERT INTO mdl_forum_posts (id, discussion, parent, userid, created, modified, subject, message)
    VALUES (number, of_discussion, answers, person, at, at, 'About', 'Text');
    $$;
CREATE FUNCTION new_grade_item(item bigint, of_course bigint, kind text, title text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_grade_items (id, courseid, itemname, itemtype) VALUES (item, of_course, title, kind)
    $$;
CREATE FUNCTION grade_version(number bigint, of_grade bigint, of_item bigint, person bigint, at bigint, how integer, what text,
                              by bigint, grade numeric, comment text DEFAULT NULL, over bigint DEFAULT 0)
    RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_grade_grades_history (id, action, oldid, source, timemodified, loggeduser, itemid, userid,
        finalgrade, rawgrademax, rawgrademin, overridden, feedback)
    VALUES (number, how, of_grade, what, at, by, of_item, person, grade, 100, 0, over, comment)
    $$;
CREATE FUNCTION new_group(number bigint, of_course bigint, VARIADIC people bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_groups (id, courseid, name) VALUES (number, of_course, 'Group');
    INSERT INTO mdl_groups_members (id, groupid, userid)
    SELECT (SELECT max(id) FROM mdl_groups_members) + nr, number, person FROM unnest(people) WITH ORDINALITY one(person, nr);
    $$;
CREATE FUNCTION visit(person bigint, of_course bigint, at bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_user_lastaccess (id, userid, courseid, timeaccess)
    SELECT max(id) + 1, person, of_course, at FROM mdl_user_lastaccess
    $$;
