-- The learner analytics of now: who is inactive, what is due, who does well or struggles and why. Days
-- are counted from today's noon, weeks from this week's Monday, so that it does not matter when it runs.
\ir lib/setup.sql
\ir lib/site.sql
\! psql -qX -v ON_ERROR_STOP=1 -d "$SITE_DB" -f lib/analytics_own.sql
SELECT no_plan();
SELECT on_site($$
    CREATE FUNCTION noon(days integer) RETURNS bigint LANGUAGE sql AS
        'SELECT local_epoch(((now() AT TIME ZONE ''Europe/Prague'')::date + days + time ''12:00'')::text)';
    CREATE FUNCTION monday(weeks integer, minutes integer) RETURNS text LANGUAGE sql AS
        'SELECT (date_trunc(''week'', now() AT TIME ZONE ''Europe/Prague'') + weeks * interval ''7 days'' + minutes * interval ''1 minute'')::text'
    $$) \gset ignored_
-- 111 does all, 112 was here 20 days ago, 113 never, 114 did much and stopped, 115 is new, 116 is through,
-- 117's enrolment is suspended, 118's account.
SELECT on_site($$
    PERFORM new_course(9201, 2), new_course(9202, 2), new_course(9203, 2);
    PERFORM new_activity('assign', 92011, 9201, 92011, 'Past', noon(-3)), new_activity('assign', 92012, 9201, 92012, 'To come', noon(2)),
            new_activity('quiz', 92013, 9201, 92013, 'Test', noon(-5)), new_activity('assign', 92014, 9201, 92014, 'Hidden', noon(-3)),
            new_activity('assign', 92015, 9201, 92015, 'On paper', noon(-3)), new_activity('assign', 92016, 9201, 92016, 'Long ago', noon(-90)),
            new_activity('page', 92017, 9201, 92017, 'Page');
    UPDATE mdl_course_modules SET visible = 0 WHERE id = 92014;
    UPDATE mdl_assign SET nosubmissions = 1 WHERE id = 92015;
    UPDATE mdl_assign SET cutoffdate = noon(-80) WHERE id = 92016;
    PERFORM new_member(person, 9201, since => to_timestamp(noon(-100)) ::text) FROM generate_series(111, 114) person;
    PERFORM new_member(115, 9201, since => to_timestamp(noon(-2))::text), new_member(116, 9201, since => to_timestamp(noon(-100))::text),
            new_member(117, 9201, since => to_timestamp(noon(-100))::text, suspended => 1), new_member(118, 9201, since => to_timestamp(noon(-100))::text),
            new_member(112, 9202, since => to_timestamp(noon(-100))::text), new_member(112, 9203, since => to_timestamp(noon(-100))::text);
    UPDATE mdl_user SET suspended = 1 WHERE id = 118;
    PERFORM new_group(9290, 9201, 112), new_group(9291, 9201, 111);
    INSERT INTO mdl_event (id, name, description, courseid, groupid, eventtype, modulename, timestart, visible)
    VALUES (9295, 'Excursion', '', 9201, 9291, 'group', '', noon(1), 1),
           (9296, 'Essay is due', '', 9201, 0, 'due', 'assign', noon(2), 1), (9297, 'Mine', '', 0, 0, 'user', '', noon(1), 1);
    PERFORM visit(111, 9201, noon(0)), visit(112, 9201, noon(-20)), visit(114, 9201, noon(-2)), visit(116, 9201, noon(-40)),
            visit(112, 9202, noon(-50)), visit(112, 9203, noon(-50));
    INSERT INTO mdl_course_completions (id, userid, course, timeenrolled, timestarted, timecompleted)
    SELECT max(id) + 1, 116, 9201, 0, 0, noon(-40) FROM mdl_course_completions;
    -- Handed in: by 111; by 112's group; begun by 114. 116 has a grade without it. The quiz: 111 and 114.
    PERFORM hand_in(92011, 111, noon(-4)), hand_in(92011, 0, noon(-4), by_group => 9290), hand_in(92011, 114, noon(-4), 'draft'),
            mark(92011, 116, 201, noon(-3), 70), take_quiz(92013, 111, noon(-6)), take_quiz(92013, 114, noon(-6));
    PERFORM hand_in(92016, person, noon(-91)) FROM generate_series(111, 116) person;
    PERFORM new_grade_item(96001, 9201, 'mod'), new_grade_item(96000, 9201, 'course');
    PERFORM grade_version(960001, 9601, 96001, 111, noon(-3), 1, 'mod/assign', 201, 90),
            grade_version(960002, 9602, 96001, 112, noon(-3), 1, 'mod/assign', 201, 20),
            grade_version(960003, 9602, 96001, 112, noon(-2), 2, 'mod/assign', 201, 55),
            grade_version(960004, 9603, 96001, 114, noon(-3), 1, 'mod/assign', 201, 60),
            grade_version(960005, 9604, 96000, 114, noon(-3), 1, 'aggregation', 201, 10);
    PERFORM log_entry(at, 111, 9201, 92017, 'mod_page')
    FROM unnest(ARRAY[monday(0, 1), monday(0, 6), monday(-1, 600), monday(-2, 600)]) at;
    PERFORM log_entry(monday(-3, 480 + 60 * hour), 114, 9201, 92017, 'mod_page') FROM generate_series(0, 11) hour;
    PERFORM log_entry(monday(0, 2), 114, 9201, 92017, 'mod_page')$$) \gset ignored_
SELECT attach_site('site') \gset ignored_
SELECT stage_site() \gset ignored_
-- One course is over, one is hidden.
UPDATE moodle_stg.courses SET enddate = extract(epoch FROM now() - interval '1 day')::bigint WHERE moodle_course_id = 9202;
UPDATE moodle_stg.courses SET visible = 0 WHERE moodle_course_id = 9203;
CALL moodle_fdw.run_analytics();

SELECT results_eq($$SELECT moodle_user_id, enrolment_status, completed_at IS NOT NULL FROM moodle_stg.learners WHERE moodle_course_id = 9201 ORDER BY 1$$,
    $$VALUES (111::bigint, 0, false), (112, 0, false), (113, 0, false), (114, 0, false), (115, 0, false), (116, 0, true), (117, 1, false), (118, 1, false)$$,
    'the learners');
SELECT results_eq($$SELECT name, kind, state, moodle_user_id, is_begun FROM moodle_mart.deadlines WHERE moodle_course_id = 9201 AND name <> 'To come' ORDER BY 1, 4$$,
    $$VALUES ('Excursion', 'calendar', 'upcoming', 111::bigint, false), ('Past', 'assignment', 'overdue', 113, false),
             ('Past', 'assignment', 'overdue', 114, true), ('Test', 'quiz', 'closed', 112, false), ('Test', 'quiz', 'closed', 113, false),
             ('Test', 'quiz', 'closed', 116, false)$$,
    'what was due of whom: not of who handed it in, with a group too, has a grade, came later, or is suspended; hidden and on paper not at all');
SELECT results_eq($$SELECT moodle_user_id, state, round(days_left) FROM moodle_mart.deadlines WHERE moodle_course_id = 9201 AND name = 'To come' ORDER BY 1$$,
    $$SELECT person::bigint, 'upcoming', round(extract(epoch FROM (date_trunc('day', now() AT TIME ZONE 'Europe/Prague') + interval '60 hours') AT TIME ZONE 'Europe/Prague' - now()) / 86400)
      FROM generate_series(111, 116) person$$, 'what is to come, of everyone');
SELECT results_eq($$SELECT moodle_user_id, never_visited, inactive_days FROM moodle_mart.inactive_learners WHERE moodle_course_id > 9200 ORDER BY 1$$,
    $$VALUES (112::bigint, false, 14::numeric), (113, true, 14)$$, 'inactive: not who completed it, is suspended, nor where the course is over or hidden');
SELECT results_eq($$SELECT moodle_user_id, days_inactive FROM moodle_mart.inactive_learners WHERE moodle_course_id = 9201 ORDER BY 1$$,
    $$SELECT person, floor(extract(epoch FROM now() - (date_trunc('day', now() AT TIME ZONE 'Europe/Prague') - days * interval '1 day' + interval '12 hours') AT TIME ZONE 'Europe/Prague') / 86400)::integer
      FROM (VALUES (112::bigint, 20), (113, 100)) since(person, days)$$, 'since when');

-- Lately, of six: days 3 2 0 0 0 0; views 13 (114) 4 (111) 0 …; handed in 2 1 1 (112 by the group) … with
-- the calendar's four weeks; minutes 5 (111) 0 …; nobody posted.
-- 111: (100 + 80 + 100 + 100) / 4; 114: (80 + 100 + 60 + 0) / 4; 112: 60 / 4. 114 did 12 things in the first half of
-- the last four whole weeks, none in the later one.
SELECT results_eq($$SELECT moodle_user_id, active_days, views, submissions, dedication_minutes, engagement_pct, engagement_change_pct,
        deadlines_due, deadlines_missed, avg_performance_pct
    FROM moodle_mart.learner_segments WHERE moodle_course_id = 9201 ORDER BY 1$$,
    $$VALUES (111::bigint, 3, 4::bigint, 2::bigint, 5.0, 95.00, NULL::numeric, 2, 0, 90.00),
             (112, 0, 0, 1, 0, 15.00, NULL, 2, 1, 55.00), (113, 0, 0, 0, 0, 0.00, NULL, 2, 2, NULL),
             (114, 2, 13, 1, 0, 60.00, -100.0, 2, 1, 60.00), (115, 0, 0, 0, 0, 0.00, NULL, 0, 0, NULL),
             (116, 0, 0, 0, 0, 0.00, NULL, 2, 1, NULL)$$, 'what is known of each');
SELECT results_eq($$SELECT moodle_user_id, segment, points, reasons FROM moodle_mart.learner_segments WHERE moodle_course_id = 9201 ORDER BY 1$$,
    $$VALUES (111::bigint, 'doing well', 4, '{mean grade 90 %,2 of 2 deadlines met,more active than 95 % of the course}'::text[]),
             (112, 'struggling', -3, '{no visit for 20 days,1 of 2 deadlines missed,more active than 15 % of the course}'),
             (113, 'struggling', -4, '{"never visited, in 100 days",2 of 2 deadlines missed,more active than 0 % of the course}'),
             (114, 'ok', -1, '{1 of 2 deadlines missed,more active than 60 % of the course,activity fell by 100 %}'),
             (115, 'ok', -1, '{learner for 2 days only}'), (116, 'doing well', -4, '{completed the course}')$$, 'who does well, who does not, and why');
SELECT is_empty('SELECT 1 FROM moodle_mart.learner_segments WHERE moodle_course_id IN (9202, 9203)', 'courses that are not running are not judged');

-- Thresholds of one's own: for the site, for the course.
SELECT throws_ok($$INSERT INTO moodle_mart.analytics_thresholds (name, moodle_course_id, value) VALUES ('inactive_days', 9201, 1)$$, '23514', NULL,
                 'a course is one of a site');
INSERT INTO moodle_mart.analytics_thresholds (name, instance, value, points) VALUES ('inactive_days', 'site', 10, -1), ('low_engagement_pct', 'site', 5, -1);
INSERT INTO moodle_mart.analytics_thresholds (name, instance, moodle_course_id, value, points) VALUES ('inactive_days', 'site', 9201, 60, -1);
DELETE FROM moodle_mart.analytics_thresholds WHERE name = 'long_inactive_days';
SELECT results_eq('SELECT moodle_user_id, inactive_days FROM moodle_mart.inactive_learners WHERE moodle_course_id = 9201',
                  'VALUES (113::bigint, 60::numeric)', 'the nearest threshold counts');
UPDATE moodle_mart.learner_states SET segment_since = '2025-01-01' WHERE moodle_course_id = 9201;
CALL moodle_fdw.run_analytics();
SELECT results_eq($$SELECT moodle_user_id, segment, previous_segment, points, reasons, segment_since = '2025-01-01' FROM moodle_mart.learner_segments
    WHERE moodle_course_id = 9201 AND moodle_user_id IN (112, 113) ORDER BY 1$$,
    $$VALUES (112::bigint, 'ok', 'struggling', -1, '{1 of 2 deadlines missed}'::text[], false),
             (113, 'struggling', NULL, -3, '{"never visited, in 100 days",2 of 2 deadlines missed,more active than 0 % of the course}', true)$$,
    'of the judgement too; since when is known');
SELECT lives_ok('SELECT moodle_fdw.deploy()', 'deployed again');
SELECT is_empty($$SELECT 1 FROM moodle_mart.analytics_thresholds WHERE name = 'long_inactive_days'$$, 'a threshold that was deleted stays deleted');
-- Beside the grades of the grade book.
INSERT INTO moodle_mart.course_performance (instance, moodle_course_id, moodle_user_id, total_items, graded_items, avg_performance_pct,
    completed_course, ts_generated, role_kind, counts_as_student, completion_tracked, criteria_total, criteria_done, graded_performance_pct)
VALUES ('site', 9201, 112, 1, 1, 30, false, now(), 'student', true, false, 0, 0, 30);
CALL moodle_fdw.run_analytics();
SELECT results_eq($$SELECT segment, segment_reasons, recent_submissions, deadlines_missed FROM moodle_mart.student_performance
    WHERE moodle_course_id = 9201 AND moodle_user_id = 112$$,
    $$VALUES ('struggling', '{mean grade 30 %,1 of 2 deadlines missed}'::text[], 1::bigint, 1)$$, 'student_performance tells of it');
-- Who left is judged no more.
SELECT on_site('DELETE FROM mdl_user_enrolments WHERE userid = 113 AND enrolid = 109201') \gset ignored_
CALL moodle_fdw.run_analytics();
SELECT is_empty('SELECT 1 FROM moodle_mart.learner_segments WHERE moodle_course_id = 9201 AND moodle_user_id = 113', 'who is not enrolled is no learner');

-- Without a table, its marts stay empty, and check_database() says why.
SELECT moodle_fdw.detach_database('site') \gset ignored_
SELECT moodle_fdw.purge_instance('site') \gset ignored_
SELECT on_site('ALTER TABLE mdl_forum_posts RENAME TO posts; ALTER TABLE mdl_grade_grades_history RENAME TO history;
                ALTER TABLE mdl_assign RENAME TO assign; ALTER TABLE mdl_groups_members RENAME TO members; ALTER TABLE mdl_user_lastaccess RENAME TO last') \gset ignored_
SELECT attach_site('site') \gset ignored_
SELECT stage_site() \gset ignored_
SELECT is(called('CALL moodle_fdw.run_analytics()'), NULL, 'tables that are missing are no error');
SELECT results_eq($$SELECT (SELECT count(*) FROM moodle_mart.forum_activity WHERE posts > 0), (SELECT count(*) FROM moodle_mart.grade_changes),
                           (SELECT count(*) FROM moodle_mart.deadlines WHERE kind = 'assignment')$$, 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'they leave marts empty');
SELECT ok((SELECT count(*) > 3000 FROM moodle_stg.learners) AND (SELECT count(*) > 300 FROM moodle_mart.learner_weeks), 'and others full');
SELECT results_eq($$SELECT table_name, problem IS NOT NULL FROM moodle_fdw.check_database('site') WHERE table_name IN ('assign', 'forum_posts', 'grade_grades_history') ORDER BY 1$$,
    $$VALUES ('assign', true), ('forum_posts', true), ('grade_grades_history', true)$$, 'which is said');
SELECT * FROM finish();
