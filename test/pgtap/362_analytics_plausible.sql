-- The learner analytics of a real Moodle, against what its own tables say when asked in plain SQL.
\ir lib/setup.sql
\ir lib/site.sql
\ir lib/privacy.sql
SELECT no_plan();
SELECT attach_site('site', 'UTC') \gset ignored_
SELECT stage_site() \gset ignored_
CALL moodle_fdw.run_analytics();
CREATE FUNCTION ask(question text) RETURNS text LANGUAGE sql AS
    $$ SELECT said FROM dblink(current_setting('test.site'), question) answer(said text) $$;
SELECT on_site($$
    CREATE TABLE student AS
        SELECT DISTINCT context.instanceid AS course, given.userid
        FROM mdl_role_assignments given JOIN mdl_context context ON context.id = given.contextid AND context.contextlevel = 50
        JOIN mdl_role role ON role.id = given.roleid AND role.archetype = 'student';
    CREATE TABLE doing AS
        SELECT entry.*, to_timestamp(timecreated) AT TIME ZONE 'UTC' AS at
        FROM mdl_logstore_standard_log entry JOIN student ON student.course = entry.courseid AND student.userid = entry.userid
        WHERE origin <> 'ws' AND courseid > 1 AND realuserid IS NULL;
    ANALYZE$$) \gset ignored_

SELECT is((SELECT count(*) FROM moodle_stg.learners)::text,
          ask($$SELECT count(DISTINCT (student.course, student.userid))::text FROM student
                JOIN mdl_enrol method ON method.courseid = student.course
                JOIN mdl_user_enrolments member ON member.enrolid = method.id AND member.userid = student.userid
                JOIN mdl_user person ON person.id = student.userid AND person.deleted = 0$$), 'learners');
SELECT is((SELECT count(*) FROM moodle_stg.learners WHERE enrolment_status = 0)::text,
          ask($$SELECT count(DISTINCT (student.course, student.userid))::text FROM student
                JOIN mdl_enrol method ON method.courseid = student.course AND method.status = 0
                JOIN mdl_user_enrolments member ON member.enrolid = method.id AND member.userid = student.userid AND member.status = 0
                     AND to_timestamp(member.timestart) <= now() AND (member.timeend = 0 OR to_timestamp(member.timeend) > now())
                JOIN mdl_user person ON person.id = student.userid AND person.deleted = 0 AND person.suspended = 0$$), 'with an active enrolment');
SELECT is((SELECT count(*) FROM moodle_stg.learners WHERE completed_at IS NOT NULL)::text,
          ask($$SELECT count(*)::text FROM mdl_course_completions done JOIN student USING (course, userid) WHERE timecompleted > 0$$), 'who completed');
SELECT is((SELECT string_agg(format('%s %s', source, total), ', ' ORDER BY source)
           FROM (VALUES ('attempts', (SELECT count(*) FROM moodle_stg.quiz_attempts)), ('history', (SELECT count(*) FROM moodle_stg.grade_history)),
                        ('marks', (SELECT count(*) FROM moodle_stg.assignment_grades)), ('members', (SELECT count(*) FROM moodle_stg.group_members)),
                        ('posts', (SELECT count(*) FROM moodle_stg.posts)), ('submissions', (SELECT count(*) FROM moodle_stg.submissions))) loaded(source, total)),
          ask($$SELECT format('attempts %s, history %s, marks %s, members %s, posts %s, submissions %s',
                    (SELECT count(*) FROM mdl_quiz_attempts WHERE preview = 0), (SELECT count(*) FROM mdl_grade_grades_history),
                    (SELECT count(*) FROM mdl_assign_grades), (SELECT count(*) FROM mdl_groups_members),
                    (SELECT count(*) FROM mdl_forum_posts), (SELECT count(*) FROM mdl_assign_submission))$$), 'what was read');
SELECT is((SELECT format('%s events, %s views, %s days, %s people', sum(events), sum(views), sum(active_days), count(*) FILTER (WHERE events > 0))
           FROM moodle_mart.learner_weeks),
          ask($$SELECT format('%s events, %s views, %s days, %s people', count(*), count(*) FILTER (WHERE action = 'viewed'),
                    count(DISTINCT (courseid, userid, at::date)), count(DISTINCT (courseid, userid, date_trunc('week', at)))) FROM doing$$), 'what learners did');
SELECT is((SELECT format('%s, %s', sum(submissions), sum(posts)) FROM moodle_mart.learner_weeks),
          ask($$SELECT format('%s, %s',
                    (SELECT count(*) FROM mdl_assign_submission done JOIN mdl_assign owner ON owner.id = done.assignment
                     JOIN student ON student.course = owner.course AND student.userid = done.userid WHERE done.status = 'submitted')
                    + (SELECT count(*) FROM mdl_quiz_attempts done JOIN mdl_quiz owner ON owner.id = done.quiz
                       JOIN student ON student.course = owner.course AND student.userid = done.userid WHERE done.state = 'finished' AND preview = 0),
                    (SELECT count(*) FROM mdl_forum_posts post JOIN mdl_forum_discussions about ON about.id = post.discussion
                     JOIN student ON student.course = about.course AND student.userid = post.userid WHERE post.deleted = 0 AND about.course > 1))$$),
          'handed in, and written');
SELECT is((SELECT sum(dedication_minutes) FROM moodle_mart.learner_weeks)::text,
          ask($$SELECT sum(minutes)::text
                FROM (SELECT round(sum(gap) / 60.0, 1) AS minutes
                      FROM (SELECT courseid, userid, at::date AS day,
                                   lead(timecreated) OVER (PARTITION BY courseid, userid ORDER BY timecreated) - timecreated AS gap
                            FROM doing) pair
                      WHERE gap <= 1800 GROUP BY courseid, userid, day) worked$$), 'dedication, to a tenth of a minute a day');
SELECT is((SELECT string_agg(format('%s %s %s', moodle_course_id, week_start, learners), ', ' ORDER BY moodle_course_id, week_start)
           FROM moodle_mart.course_weeks WHERE week_start = '2026-11-02' AND events > 0),
          ask($$SELECT string_agg(format('%s 2026-11-02 %s', courseid, learners), ', ' ORDER BY courseid)
                FROM (SELECT courseid, count(DISTINCT userid) AS learners FROM doing
                      WHERE at >= '2026-11-02' AND at < '2026-11-09' GROUP BY courseid) active$$),
          'before anybody had a role, who was active is who was there');
SELECT is((SELECT string_agg(format('%s %s %s', day, hour, events), ', ' ORDER BY day, hour)
           FROM (SELECT day, hour, sum(events) AS events FROM moodle_mart.usage_by_hour GROUP BY day, hour) used),
          ask($$SELECT string_agg(format('%s %s %s', day, hour, events), ', ' ORDER BY day, hour)
                FROM (SELECT at::date AS day, extract(hour FROM at) AS hour, count(*) AS events FROM doing GROUP BY 1, 2) used$$), 'hours');
SELECT is((SELECT string_agg(format('%s %s %s', moodle_module_id, views, learners_viewing), ', ' ORDER BY moodle_module_id)
           FROM moodle_mart.resource_usage WHERE views > 0),
          ask($$SELECT string_agg(format('%s %s %s', module, views, people), ', ' ORDER BY module)
                FROM (SELECT contextinstanceid AS module, count(*) AS views, count(DISTINCT userid) AS people FROM doing
                      WHERE action = 'viewed' AND contextlevel = 70 GROUP BY 1) used$$), 'use of activities');
SELECT is((SELECT format('%s discussions, %s replies', sum(discussions), sum(replies)) FROM moodle_mart.forum_activity),
          ask($$SELECT format('%s discussions, %s replies', count(*) FILTER (WHERE parent = 0), count(*) FILTER (WHERE parent > 0))
                FROM mdl_forum_posts post JOIN mdl_forum_discussions about ON about.id = post.discussion WHERE deleted = 0 AND about.course > 1$$), 'forums');
SELECT is((SELECT format('%s gradings', sum(gradings)) FROM moodle_mart.teacher_activity),
          ask($$SELECT format('%s gradings', count(*)) FROM mdl_assign_grades grade JOIN mdl_assign owner ON owner.id = grade.assignment
                WHERE grade.grade >= 0 AND EXISTS (
                    SELECT FROM mdl_role_assignments given JOIN mdl_context context ON context.id = given.contextid AND context.contextlevel = 50
                    JOIN mdl_role role ON role.id = given.roleid AND role.archetype IN ('teacher', 'editingteacher')
                    WHERE context.instanceid = owner.course AND given.userid = grade.grader)$$), 'gradings');
SELECT is((SELECT count(*) FROM moodle_mart.grade_changes WHERE change = 'given')::text,
          ask($$SELECT count(*)::text FROM (
                    SELECT finalgrade, lag(finalgrade) OVER (PARTITION BY oldid ORDER BY id) AS before FROM mdl_grade_grades_history) version
                WHERE finalgrade IS NOT NULL AND before IS NULL$$), 'grades given');
SELECT is((SELECT count(*) FROM moodle_mart.grade_changes WHERE change IN ('raised', 'lowered'))::text,
          ask($$SELECT count(*)::text FROM (
                    SELECT finalgrade, lag(finalgrade) OVER (PARTITION BY oldid ORDER BY id) AS before FROM mdl_grade_grades_history) version
                WHERE finalgrade <> before$$), 'grades changed');
-- Courses of the dump are shown and running, but one that is hidden.
SELECT is((SELECT count(*) FROM moodle_mart.deadlines WHERE kind = 'assignment')::text,
          ask($$SELECT count(*)::text FROM mdl_assign due
                JOIN mdl_course_modules module ON module.instance = due.id AND module.visible = 1
                JOIN mdl_modules kind ON kind.id = module.module AND kind.name = 'assign'
                JOIN mdl_course course ON course.id = due.course AND course.visible = 1
                JOIN (SELECT DISTINCT method.courseid, member.userid FROM mdl_enrol method
                      JOIN mdl_user_enrolments member ON member.enrolid = method.id AND member.status = 0
                       AND to_timestamp(member.timestart) <= now() AND (member.timeend = 0 OR to_timestamp(member.timeend) > now())
                      WHERE method.status = 0) active ON active.courseid = due.course
                JOIN student ON student.course = due.course AND student.userid = active.userid
                JOIN mdl_user person ON person.id = student.userid AND person.deleted = 0 AND person.suspended = 0
                WHERE due.duedate > 0 AND due.nosubmissions = 0
                  AND NOT EXISTS (SELECT FROM mdl_assign_submission done WHERE done.assignment = due.id
                                  AND done.userid = student.userid AND done.latest = 1 AND done.status = 'submitted')
                  AND NOT EXISTS (SELECT FROM mdl_assign_grades grade WHERE grade.assignment = due.id
                                  AND grade.userid = student.userid AND grade.grade >= 0)$$), 'who has not handed in what is due');
SELECT is_empty($$SELECT 1 FROM moodle_mart.learner_weeks
    WHERE active_days > 7 OR views > events OR dedication_minutes < 0 OR engagement_pct NOT BETWEEN 0 AND 100
       OR (events > 0) <> (sessions > 0) AND active_days = 1 OR (active_days > 0) <> (first_event_at IS NOT NULL)$$, 'no week is absurd');
CREATE VIEW apart AS
    SELECT 1 FROM moodle_mart.course_weeks course
    JOIN (SELECT moodle_course_id, week_start, count(*) AS learners, sum(views) AS views, sum(dedication_minutes) AS minutes
          FROM moodle_mart.learner_weeks GROUP BY 1, 2) summed USING (moodle_course_id, week_start)
    WHERE (course.learners, course.views, course.dedication_minutes) IS DISTINCT FROM (summed.learners, summed.views, summed.minutes);
SELECT is_empty('SELECT * FROM apart', 'courses are their learners together');

-- Who was counted and is forgotten is in no figure any more once all is built anew.
SELECT moodle_user_id AS him, sum(events) AS his_events FROM moodle_mart.learner_weeks GROUP BY 1 ORDER BY sum(events) DESC, 1 LIMIT 1 \gset
SELECT sum(events) AS all_events FROM moodle_mart.course_weeks \gset
SELECT cmp_ok((SELECT count(*) FROM rows_of('site', :him)), '>=', 8::bigint, 'somebody is known in many tables');
SELECT moodle_fdw.forget_user('site', :him) \g /dev/null
SELECT is_empty(format($$SELECT * FROM rows_of('site', %s)$$, :him), 'then in none');
CALL moodle_fdw.run_analytics(since => '-infinity');
SELECT is_empty(format($$SELECT * FROM rows_of('site', %s)$$, :him), 'and in none when all is read and built anew');
SELECT is((SELECT sum(events) FROM moodle_mart.course_weeks), :all_events::numeric - :his_events, 'his events are not counted');
SELECT is_empty('SELECT * FROM apart', 'courses are still their learners together');
SELECT * FROM finish();
