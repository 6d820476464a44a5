-- The learner analytics of weeks: what learners and teachers did, worked out by hand, over a real
-- Moodle's database and what is added to it here.
\ir lib/setup.sql
\ir lib/site.sql
\! psql -qX -v ON_ERROR_STOP=1 -d "$SITE_DB" -f lib/analytics_own.sql
SELECT no_plan();
-- Monday is 2025-05-05. 101 and 102 work, 103 does not, 104 comes the week after; 201 teaches.
SELECT on_site($$
    PERFORM new_course(9101, 2), new_course(9102, 2);
    PERFORM new_activity('page', 91011, 9101, 91011, 'Page'), new_activity('forum', 91012, 9101, 91012, 'Forum'),
            new_activity('assign', 91013, 9101, 91013, 'Essay'), new_activity('quiz', 91014, 9101, 91014, 'Quiz'),
            new_activity('page', 91015, 9101, 91015, 'Unread');
    PERFORM new_member(101, 9101), new_member(102, 9101), new_member(103, 9101), new_member(104, 9101, since => '2025-05-12 08:00'),
            new_member(201, 9101, 'editingteacher'), new_member(77, 9101), new_member(101, 9102);
    PERFORM log_entry('2025-05-05 10:00', 101, 9101, 9101, 'core', target => 'course', level => 50),
            log_entry('2025-05-05 10:10', 101, 9101, 91011, 'mod_page'), log_entry('2025-05-05 10:40', 101, 9101, 91012, 'mod_forum'),
            log_entry('2025-05-06 09:00', 101, 9101, 9101, 'core', target => 'course', level => 50),
            log_entry('2025-05-05 12:00', 102, 9101, 91011, 'mod_page');
    -- A teacher's; and nobody's: a web service's, another's in disguise, the reader's, a stranger's.
    PERFORM log_entry('2025-05-05 12:30', 201, 9101, 91012, 'mod_forum'), log_entry('2025-05-07 10:20', 201, 9101, 91013, 'mod_assign'),
            log_entry('2025-05-05 12:01', 102, 9101, 91011, 'mod_page', origin => 'ws'),
            log_entry('2025-05-05 12:02', 102, 9101, 91011, 'mod_page', real_person => 2),
            log_entry('2025-05-05 12:03', 77, 9101, 91011, 'mod_page'), log_entry('2025-05-05 12:04', 106, 9101, 91011, 'mod_page');
    PERFORM hand_in(91013, 101, local_epoch('2025-05-05 10:20')), hand_in(91013, 102, local_epoch('2025-05-05 12:10'), 'draft'),
            take_quiz(91014, 102, local_epoch('2025-05-07 12:00')), take_quiz(91014, 101, local_epoch('2025-05-07 12:00'), 'inprogress');
    PERFORM write_post(910001, 0, 91012, 9101, 91090, 101, local_epoch('2025-05-05 10:35')),
            write_post(910002, 910001, 91012, 9101, 91090, 201, local_epoch('2025-05-05 12:35'));
    PERFORM mark(91013, 101, 201, local_epoch('2025-05-07 10:20'), 80);
    PERFORM new_grade_item(95000, 9101, 'course'), new_grade_item(95001, 9101, 'mod', 'Essay');
    PERFORM grade_version(950001, 9501, 95001, 101, local_epoch('2025-05-05 10:20'), 1, 'mod/assign', 101, NULL),
            grade_version(950002, 9501, 95001, 101, local_epoch('2025-05-07 10:20'), 2, 'mod/assign', 201, 80, 'good'),
            grade_version(950003, 9502, 95000, 101, local_epoch('2025-05-07 10:20'), 1, 'aggregation', 201, 80),
            grade_version(950004, 9501, 95001, 101, local_epoch('2025-05-08 10:00'), 2, 'gradebook', 201, 60, 'good', 1746691200),
            grade_version(950005, 9503, 95001, 102, local_epoch('2025-05-15 10:00'), 1, 'mod/assign', 201, 40),
            grade_version(950006, 9503, 95001, 102, local_epoch('2025-05-16 10:00'), 3, 'gradebook', 201, 40);
    -- Clocks go forward in the night to Sunday, 30 March: 23:30 there is 21:30 UTC, half past midnight 22:30 UTC.
    PERFORM log_entry('2025-03-30 21:30', 101, 9102, 9102, 'core', target => 'course', level => 50, zone => 'UTC'),
            log_entry('2025-03-30 22:30', 101, 9102, 9102, 'core', target => 'course', level => 50, zone => 'UTC')$$) \gset ignored_
SELECT attach_site('site') \gset ignored_
UPDATE moodle_fdw.databases SET reader_user_id = 77;
SELECT stage_site() \gset ignored_
SELECT is((failure_of('SELECT moodle_fdw.run_analytics()')).state, '42809', 'it is a procedure');
BEGIN;
SELECT throws_ok('CALL moodle_fdw.run_analytics()', '25001', NULL, 'which is not for a transaction');
ROLLBACK;
SELECT is(called($$CALL moodle_fdw.run_analytics('{nowhere}')$$), 'no database of "nowhere" is attached', 'of a site that is attached');
SELECT is(called('CALL moodle_fdw.run_analytics(batch => 0)'), 'a batch is of one course at least, not 0', 'in batches');
CALL moodle_fdw.run_analytics();
SELECT results_eq('SELECT status, weeks_ahead, error FROM moodle_fdw.analytics_status', $$VALUES ('completed', 0::bigint, NULL::text)$$, 'it ran');

-- 101: 10:00, 10:10, 10:40 are a session of 40 minutes, as thirty are no break. Ranks among three:
-- days 2 1 0, views 4 1 0, minutes 40 0 0, submissions 1 1 0, posts 1 0 0.
-- 101: (1 + 1 + 1 + 1/2 + 1) / 5; 102: (1/2 + 1/2 + 0 + 1/2 + 0) / 5.
SELECT results_eq($$SELECT moodle_user_id, active_days, views, events, submissions, posts, sessions, dedication_minutes, engagement_pct
    FROM moodle_mart.engagement_weekly WHERE moodle_course_id = 9101 AND week_start = '2025-05-05' ORDER BY 1$$,
    $$VALUES (101::bigint, 2, 4, 4, 1, 1, 2, 40.0, 90.00), (102, 1, 1, 1, 1, 0, 1, 0, 30.00), (103, 0, 0, 0, 0, 0, 0, 0, 0.00)$$,
    'learners of a week, who did nothing too; not who came later, nor the reader');
-- Quartiles: days .5 1 1.5, views .5 1 2.5, submissions .5 1 1, posts 0 0 .5, minutes 0 0 20.
SELECT results_eq($$SELECT moodle_user_id, active_days_quartile, views_quartile, submissions_quartile, posts_quartile, dedication_quartile
    FROM moodle_mart.engagement_weekly WHERE moodle_course_id = 9101 AND week_start = '2025-05-05' ORDER BY 1$$,
    $$VALUES (101::bigint, 4, 4, 4, 4, 4), (102, 3, 3, 4, 1, 1), (103, 1, 1, 1, 1, 1)$$, 'against the course');
SELECT results_eq($$SELECT learners, active_learners, active_pct, views, submissions, posts, dedication_minutes, views_q1, views_median,
        views_q3, dedication_q3, iso_week, course_name
    FROM moodle_mart.engagement_course_weekly WHERE moodle_course_id = 9101 AND week_start = '2025-05-05'$$,
    $$VALUES (3, 2, 66.67, 5::bigint, 2::bigint, 1::bigint, 40.0, 0.5, 1::numeric, 2.5, 20::numeric, '2025-W19', 'Course 9101')$$, 'the course');
SELECT results_eq($$SELECT week_start, views FROM moodle_mart.engagement_weekly WHERE moodle_course_id = 9102 ORDER BY 1$$,
    $$VALUES ('2025-03-24'::date, 1), ('2025-03-31', 1)$$, 'weeks are those of the site, when its clocks change too');
SELECT results_eq($$SELECT day, hour, weekday, events, views, learners FROM moodle_mart.usage_by_hour WHERE moodle_course_id = 9101 ORDER BY 1, 2$$,
    $$VALUES ('2025-05-05'::date, 10, 1, 3, 3, 1), ('2025-05-05', 12, 1, 1, 1, 1), ('2025-05-06', 9, 2, 1, 1, 1)$$, 'hours of learners');
SELECT results_eq($$SELECT name, views, learners_viewing, learners, reach_pct, views_per_learner
    FROM moodle_mart.resource_usage WHERE moodle_course_id = 9101 AND component IN ('mod_page', 'mod_forum') ORDER BY moodle_module_id$$,
    $$VALUES (NULL::text, 2::bigint, 2, 4, 50.00, 1.00), ('Forum', 1, 1, 4, 25.00, 1.00), (NULL, 0, 0, 4, 0.00, NULL)$$,
    'use of each activity, of those that nobody used too');
SELECT results_eq($$SELECT forum_name, week_start, discussions, replies, posts, learner_posts, teacher_posts, learners_posting, views,
        learners_viewing, discussions_unanswered, discussions_answered, first_reply_hours
    FROM moodle_mart.forum_activity WHERE moodle_course_id = 9101$$,
    $$VALUES ('Forum', '2025-05-05'::date, 1, 1, 2, 1, 1, 1, 1::bigint, 1, 0, 1, 2.00)$$, 'a forum: answered within two hours');
-- Graded two days after it was handed in; the grade book's later change of the same grade counts once.
SELECT results_eq($$SELECT week_start, active_days, views, posts, replies, reply_hours, reply_hours_median, gradings, grading_delay_hours,
        grading_delay_hours_median, grades_given, feedback_given
    FROM moodle_mart.teacher_activity WHERE moodle_course_id = 9101 AND moodle_user_id = 201 ORDER BY 1$$,
    $$VALUES ('2025-05-05'::date, 2, 2, 1, 1, 2.00, 2.00, 1, 48.00, 48.00, 1, 1), ('2025-05-12', 0, 0, 0, 0, NULL, NULL, 0, NULL, NULL, 1, 0)$$,
    'a teacher');
SELECT results_eq($$SELECT history_id, change, old_grade, new_grade, old_pct, new_pct, change_pct, changed_by, by_hand, source, itemtype, itemname
    FROM moodle_mart.grade_changes WHERE moodle_course_id = 9101 ORDER BY 1$$,
    $$VALUES (950002::bigint, 'given', NULL::numeric, 80::numeric, NULL::numeric, 80::numeric, NULL::numeric, 201::bigint, true, 'mod/assign', 'mod', NULL::text),
             (950003, 'given', NULL, 80, NULL, 80, NULL, 201, false, 'aggregation', 'course', NULL),
             (950004, 'lowered', 80, 60, 80, 60, -20, 201, true, 'gradebook', 'mod', NULL),
             (950005, 'given', NULL, 40, NULL, 40, NULL, 201, true, 'mod/assign', 'mod', NULL),
             (950006, 'deleted', 40, NULL, 40, NULL, NULL, 201, true, 'gradebook', 'mod', NULL)$$, 'changes of grades, one after the other');

-- What comes later, and what the site takes back.
CREATE FUNCTION built() RETURNS TABLE (mart text, digest text) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH mart IN ARRAY '{learner_weeks,course_weeks,usage_hours,resource_weeks,resource_totals,forum_weeks,teacher_weeks,grade_steps}'::text[] LOOP
        EXECUTE format('SELECT md5(string_agg((to_jsonb(one) - ''ts_generated'')::text, '','' ORDER BY (to_jsonb(one) - ''ts_generated'')::text))
                        FROM moodle_mart.%I one', mart) INTO digest;
        RETURN NEXT;
    END LOOP;
END $$;
CREATE VIEW row_counts AS
    SELECT relname, pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid) + pg_stat_get_tuples_deleted(oid) AS written
    FROM pg_class
    WHERE relnamespace IN ('moodle_stg'::regnamespace, 'moodle_mart'::regnamespace) AND relkind = 'r';
SELECT pg_stat_force_next_flush() \gset ignored_
CREATE TABLE counts_before AS SELECT * FROM row_counts;
SELECT called('CALL moodle_fdw.run_analytics()') \gset ignored_
SELECT pg_stat_clear_snapshot() \gset ignored_
SELECT is_empty('SELECT relname FROM row_counts JOIN counts_before USING (relname) WHERE row_counts.written <> counts_before.written',
                'without news nothing is written');
SELECT on_site($$
    PERFORM log_entry('2025-05-09 09:00', 103, 9101, 91011, 'mod_page'),
            write_post(910003, 0, 91012, 9101, 91091, 102, local_epoch('2025-05-09 10:00')),
            write_post(910004, 910003, 91012, 9101, 91091, 102, local_epoch('2025-05-13 10:00')),
            write_post(910005, 910003, 91012, 9101, 91091, 101, local_epoch('2025-05-14 10:00'));
    DELETE FROM mdl_quiz_attempts WHERE quiz = 91014 AND userid = 102$$) \gset ignored_
CREATE TABLE weeks_before AS SELECT * FROM moodle_mart.course_weeks;
SELECT called('CALL moodle_fdw.run_analytics()') \gset ignored_
SELECT results_eq($$SELECT moodle_user_id, views, submissions, posts FROM moodle_mart.engagement_weekly
    WHERE moodle_course_id = 9101 AND week_start = '2025-05-05' ORDER BY 1$$,
    $$VALUES (101::bigint, 4, 1, 1), (102, 1, 0, 1), (103, 1, 0, 0)$$, 'a week that something came to, and that lost an attempt, is built anew');
SELECT results_eq($$SELECT moodle_user_id, submissions, posts FROM moodle_mart.engagement_weekly
    WHERE moodle_course_id = 9101 AND week_start = '2025-05-12' ORDER BY 1$$,
    $$VALUES (101::bigint, 0, 1), (102, 0, 1), (103, 0, 0), (104, 0, 0)$$, 'the next week has who came in it');
-- The second discussion was answered by another person after five days; her own answer is none.
SELECT results_eq($$SELECT week_start, discussions, replies, discussions_answered, first_reply_hours
    FROM moodle_mart.forum_activity WHERE moodle_course_id = 9101 ORDER BY 1$$,
    $$VALUES ('2025-05-05'::date, 2, 1, 2, 61.00), ('2025-05-12', 0, 2, 0, NULL)$$, 'an answer tells of the week of the question');
SELECT is_empty($$SELECT moodle_course_id, week_start FROM moodle_mart.course_weeks one
    WHERE ts_generated NOT IN (SELECT ts_generated FROM weeks_before) AND moodle_course_id <> 9101$$, 'other courses are left as they were');
CREATE TABLE built_before AS SELECT * FROM built();
CALL moodle_fdw.run_analytics(since => '-infinity');
SELECT results_eq('SELECT * FROM built()', 'SELECT * FROM built_before', 'all built anew is the same');
-- A change that the site gave a time long past.
SELECT on_site($$UPDATE mdl_assign_submission SET status = 'submitted', timemodified = local_epoch('2025-05-13 12:00')
    WHERE assignment = 91013 AND userid = 102$$) \gset ignored_
CALL moodle_fdw.run_analytics(since => '2025-05-01');
SELECT results_eq($$SELECT moodle_user_id, submissions FROM moodle_mart.engagement_weekly
    WHERE moodle_course_id = 9101 AND week_start = '2025-05-12' AND submissions > 0$$, $$VALUES (102::bigint, 1)$$,
    'since a day, everything is compared');
DELETE FROM built_before;
INSERT INTO built_before SELECT * FROM built();

-- It breaks off, and goes on.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not that week'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON moodle_mart.course_weeks FOR EACH ROW
    WHEN (new.moodle_course_id = 9102 AND new.week_start = '2025-03-31') EXECUTE FUNCTION refuse();
SELECT is(called($$CALL moodle_fdw.run_analytics(since => '2025-03-01')$$), 'activity of "site" failed: not that week', 'a week that fails, fails the run');
SELECT results_eq('SELECT status, step, error, weeks_ahead > 0 FROM moodle_fdw.analytics_status', $$VALUES ('failed', 'weeks', 'not that week', true)$$,
                  'which says where, and keeps what is ahead');
SELECT results_eq('SELECT * FROM built()', 'SELECT * FROM built_before', 'readers see what was there');
DROP TRIGGER refuse ON moodle_mart.course_weeks;
SELECT is(called('CALL moodle_fdw.run_analytics()'), NULL, 'the next run');
SELECT ok((SELECT weeks_done > 3 FROM moodle_fdw.analytics_status), 'takes it up there');
SELECT results_eq('SELECT * FROM built()', 'SELECT * FROM built_before', 'to the same end');
-- Nobody sees a week without its rows while it is built.
SELECT dblink_connect('builder', format('host=%s port=%s user=postgres dbname=%s', current_setting('unix_socket_directories'),
                                        current_setting('port'), current_database())) \gset ignored_
SELECT dblink_exec('builder', 'BEGIN') \gset ignored_
SELECT * FROM dblink('builder', $$SELECT moodle_fdw.build_learner_weeks('site', '2025-05-05', '{9101}')$$) built(written bigint) \gset ignored_
SELECT is((SELECT count(*) FROM moodle_mart.engagement_weekly WHERE moodle_course_id = 9101 AND week_start = '2025-05-05'), 3::bigint,
          'readers see the week as it was');
SELECT dblink_exec('builder', 'COMMIT') \gset ignored_
SELECT dblink_disconnect('builder') \gset ignored_
-- Who leaves counts in the weeks of his time, and of later ones in none.
SELECT on_site($$
    DELETE FROM mdl_role_assignments WHERE userid = 103 AND contextid = 1009101;
    PERFORM log_entry('2025-05-13 08:00', 201, 9101, 9101, 'core', 'unassigned', 'role', level => 50, object => 5, related => 103)$$) \gset ignored_
CALL moodle_fdw.run_analytics();
SELECT results_eq($$SELECT week_start, learners FROM moodle_mart.course_weeks WHERE moodle_course_id = 9101 ORDER BY 1$$,
    $$VALUES ('2025-05-05'::date, 3), ('2025-05-12', 4)$$, 'who left on a Tuesday was there that week');
SELECT on_site($$PERFORM log_entry('2025-05-20 09:00', 101, 9101, 91011, 'mod_page'), log_entry('2025-05-20 09:00', 103, 9101, 91011, 'mod_page')$$) \gset ignored_
CALL moodle_fdw.run_analytics();
SELECT results_eq($$SELECT moodle_user_id, views FROM moodle_mart.engagement_weekly WHERE moodle_course_id = 9101 AND week_start = '2025-05-19' ORDER BY 1$$,
    $$VALUES (101::bigint, 1), (102, 0), (104, 0)$$, 'and not in the next');
-- Purged events.
SELECT is((SELECT count(*) FROM moodle_fdw.events_loaded WHERE purged_before IS NOT NULL), 0::bigint, 'nothing is purged yet');
UPDATE moodle_fdw.events_loaded SET purged_before = '2025-06-01';
DELETE FROM moodle_stg.events WHERE at < '2025-06-01';
DELETE FROM built_before;
INSERT INTO built_before SELECT * FROM built();
CALL moodle_fdw.run_analytics(since => '2025-05-01');
SELECT results_eq('SELECT * FROM built()', 'SELECT * FROM built_before', 'what was built of events that are purged stays');
SELECT * FROM finish();
