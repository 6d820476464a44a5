-- The three processes of a day, over a real Moodle's database and what is added to it here.
\ir lib/setup.sql
\ir lib/site.sql
SELECT no_plan();
-- 25 students look at seven things on each of five days: 875 views.
SELECT on_site($$
    PERFORM new_course(9001, 2), new_course(9002, 2), new_course(9003, 7), new_course(9004, 6);
    PERFORM new_module(90010 + nr, 9001, kind)
    FROM unnest('{resource,folder,page,forum,quiz,assign,url}'::text[]) WITH ORDINALITY part(kind, nr);
    PERFORM new_module(90020, 9002, 'label'), new_module(90021, 9002, 'resource'), new_module(90022, 9003, 'wiki');
    PERFORM new_role(100 + nr, 9001, 'student') FROM generate_series(1, 25) nr;
    PERFORM new_role(201, 9001, 'editingteacher'), new_role(202, 9001, 'teacher'), new_role(203, 9001, 'manager'),
            new_role(101, 9002, 'student'), new_role(102, 9002, 'student'), new_role(103, 9002, 'student', '2025-03-06 12:00'),
            new_role(201, 9002, 'teacher'), new_role(101, 9002, 'teacher');
    PERFORM log_entry(format('2025-03-0%s 10:00', day), 100 + person, 9001, 90010 + module,
                      ('{mod_resource,mod_folder,mod_page,mod_forum,mod_quiz,mod_assign,mod_url}'::text[])[module])
    FROM generate_series(3, 7) day, generate_series(1, 25) person, generate_series(1, 7) module;
    -- In the second course: whose views are whose?
    PERFORM log_entry('2025-03-05 09:00', 101, 9002, 90021),                              -- a student's, who teaches, too
            log_entry('2025-03-05 09:01', 103, 9002, 90021),                              -- a student's of tomorrow
            log_entry('2025-03-06 12:01', 103, 9002, 90021),                              -- who is one now
            log_entry('2025-03-05 09:02', 102, 9002, 90021, real_person => 2),            -- the administrator's, in disguise
            log_entry('2025-03-05 09:03', 1, 9002, 90021),                                -- a guest's
            log_entry('2025-03-05 09:04', 0, 9002, 90021),                                -- nobody's
            log_entry('2025-03-05 09:05', 102, 9002, 90021, origin => 'ws'),              -- a web service's
            log_entry('2025-03-05 09:06', 77, 9002, 90021),                               -- the account's that reads the site
            log_entry('2025-03-05 09:07', 102, 9002, 90021, action => 'updated'),         -- no view
            log_entry('2025-03-05 09:08', 102, 9002, 90020, 'mod_label'),                 -- of no kind
            log_entry('2025-03-05 09:09', 102, 9002, 99999)                               -- of a module that is gone
            $$) \gset ignored_
SELECT attach_site('site') \gset ignored_
UPDATE moodle_fdw.databases SET reader_user_id = 77;
SELECT is((failure_of('SELECT moodle_fdw.run_activity()')).state, '42809', 'it is a procedure');
BEGIN;
SELECT throws_ok('CALL moodle_fdw.run_activity()', '25001', NULL, 'which is not for a transaction');
ROLLBACK;
SELECT is_empty('SELECT 1 FROM moodle_fdw.activity_status', 'nothing has been run');
SELECT is(called($$CALL moodle_fdw.run_activity('2025-03-07')$$), '2025-03-07 can no longer be counted: that was possible until the end of 2025-03-08',
          'a day that is long past');
SELECT is_empty('SELECT 1 FROM moodle_fdw.activity_status', 'a guard that says no changes nothing');
SELECT is(called($$CALL moodle_fdw.run_activity('2025-03-07', backfill => true)$$), 'activity of "site" failed: no course of "site" is known yet', 'no course is known');
SELECT is((SELECT array_agg(status) FROM moodle_fdw.activity_status), '{failed,failed,failed}'::text[], 'that is a failure, of each process');
SELECT stage_site() \gset ignored_
SELECT is(called($$CALL moodle_fdw.run_user_activity('2025-03-07', backfill => true)$$), 'user_activity of "site" for 2025-03-07 waits for activity_counts, which failed and user_counts, which failed',
          'the third process waits for the first two');
CALL moodle_fdw.run_activity_counts('2025-03-07', from_date => '2025-03-03', backfill => true);
SELECT is(called($$CALL moodle_fdw.run_user_activity('2025-03-07', from_date => '2025-03-03', backfill => true)$$), 'user_activity of "site" for 2025-03-07 waits for user_counts, which failed', 'for both of them');
CALL moodle_fdw.run_user_counts('2025-03-07', backfill => true);
SELECT is(called($$CALL moodle_fdw.run_user_activity('2025-03-07', backfill => true)$$), 'user_activity of "site" for 2025-03-07 waits for activity_counts', 'for views of the same days');
CALL moodle_fdw.run_user_activity('2025-03-07', from_date => '2025-03-03', backfill => true);
SELECT results_eq($$SELECT process, status, from_date FROM moodle_fdw.activity_status$$,
    $$VALUES ('activity_counts', 'completed', '2025-03-03'::date), ('user_counts', 'completed', '2025-03-07'),
             ('user_activity', 'completed', '2025-03-03')$$, 'one after the other');
-- Worked out by hand.
SELECT results_eq($$SELECT course_id, id_number, course_name, course_shortname, num_teachers, num_students, file_views,
        video_views, forum_views, quiz_views, assignment_views, url_views, total_views,
        avg_activity_per_student_per_day, active_days, student_total_views
    FROM moodle_mart.user_activity WHERE moodle_course_id = 9001$$,
    $$VALUES ('SCI', 'ID-9001', 'Course 9001', 'C9001', 2::bigint, 25::bigint, 250::bigint, 125::bigint, 125::bigint,
              125::bigint, 125::bigint, 125::bigint, 875::bigint, 7.00::numeric, 5, 875::bigint)$$,
    '875 views by 25 students on 5 days are 7.00 each a day');
SELECT results_eq($$SELECT file_views, other_views, student_file_views, active_days, span_days
    FROM moodle_mart.activity_counts WHERE course_id = 9002$$,
    $$VALUES (6::bigint, 2::bigint, 2::bigint, 2, 2)$$,
    'views by anybody, but not over web services nor of the reader; those of students by who was one, and was himself');
SELECT results_eq($$SELECT num_students, num_teachers, num_managers, num_people FROM moodle_mart.user_counts
    WHERE course_id IN (9001, 9002) ORDER BY course_id$$,
    $$VALUES (25::bigint, 2::bigint, 1::bigint, 28::bigint), (3::bigint, 2::bigint, 0::bigint, 4::bigint)$$,
    'people by kind of role, who has two in both');
SELECT results_eq($$SELECT moodle_course_id, course_id FROM moodle_mart.user_activity WHERE moodle_course_id > 9000 ORDER BY 1$$,
    $$VALUES (9001::bigint, 'SCI'), (9002, 'SCI'), (9004, 'HID')$$,
    'two courses of one category do not collide; one of a category without an idnumber is left out');
SELECT is((SELECT avg_activity_per_student_per_day FROM moodle_mart.user_activity WHERE moodle_course_id = 9004), NULL,
          'without students there is no average');
CALL moodle_fdw.run_activity('2025-03-05', all_courses => true, backfill => true);
SELECT is((SELECT count(*) FROM moodle_mart.user_activity WHERE extraction_date = '2025-03-05'), 37::bigint, 'all courses, if wanted');
SELECT is((SELECT num_students FROM moodle_mart.user_counts WHERE course_id = 9002 AND extraction_date = '2025-03-05'), 2::bigint,
          'people at the end of the day that is counted');
SELECT is((SELECT active_days FROM moodle_mart.activity_counts WHERE course_id = 9001 AND extraction_date = '2025-03-05'), 1, 'one day alone');
SELECT is((SELECT file_views FROM moodle_mart.activity_counts WHERE course_id = 9001 AND extraction_date = '2025-03-05'), 50::bigint, 'its views');
SELECT is((SELECT count(*) FROM moodle_mart.user_activity WHERE extraction_date = '2025-03-07'), 23::bigint, 'a second day adds its own rows');
-- Days at the change of the clocks, in Prague: of 23 hours, of 25 hours.
SELECT on_site($$
    PERFORM log_entry(at, 101, 9001, 90011) FROM unnest('{2025-03-29 23:59:59,2025-03-30 00:00,2025-03-30 01:59:59,2025-03-30 03:00,2025-03-30 23:59:59,2025-03-31 00:00}'::text[]) at;
    PERFORM log_entry(at, 101, 9001, 90011, zone => 'UTC') FROM unnest('{2025-10-25 21:59:59,2025-10-25 22:00,2025-10-26 00:30,2025-10-26 01:30,2025-10-26 22:59:59,2025-10-26 23:00}'::text[]) at
    $$) \gset ignored_
CALL moodle_fdw.backfill_activity('2025-03-30', '2025-03-30');
CALL moodle_fdw.backfill_activity('2025-10-26', '2025-10-26');
SELECT results_eq($$SELECT file_views, active_days FROM moodle_mart.activity_counts
    WHERE course_id = 9001 AND extraction_date IN ('2025-03-30', '2025-10-26') ORDER BY extraction_date$$,
    $$VALUES (4::bigint, 1), (4::bigint, 1)$$, 'a day is from midnight to midnight of the site, however many hours it has');
CALL moodle_fdw.backfill_activity('2025-03-28', '2025-04-02', batch => 7);
SELECT is((SELECT count(*) FROM moodle_fdw.activity_status WHERE extraction_date BETWEEN '2025-03-28' AND '2025-04-02' AND status = 'completed'),
          18::bigint, 'a range of days');
SELECT is((SELECT attempts FROM moodle_fdw.activity_status WHERE extraction_date = '2025-03-30' AND process = 'user_activity'), 1,
          'what was completed is not done again');
SELECT is((SELECT sum(file_views) FROM moodle_mart.activity_counts WHERE course_id = 9001 AND extraction_date BETWEEN '2025-03-28' AND '2025-04-02'),
          6::numeric, 'no view twice, none lost');
SELECT is((SELECT status FROM moodle_fdw.activity_status WHERE extraction_date = '2025-04-20' AND process = 'user_counts'),
          'not_started', 'days between that nothing was run for');
SELECT results_eq($$SELECT name, status, extraction_date, batch_offset, batches_done, batches_total, run_id FROM moodle_fdw.log_scheduler
    WHERE layer = 'activity' AND extraction_date = '2025-03-28' ORDER BY id$$,
    $$VALUES ('activity_counts', 1, '2025-03-28'::date, 37::bigint, 6::bigint, 6::bigint, NULL::bigint),
             ('user_counts', 1, '2025-03-28', 37, 6, 6, NULL), ('user_activity', 1, '2025-03-28', 37, 6, 6, NULL)$$,
    'as log_scheduler shows them');
SELECT is(called($$CALL moodle_fdw.backfill_activity('2025-03-28', '2025-03-27')$$), 'a backfill goes from one day to the same or a later one, not from 2025-03-28 to 2025-03-27', 'a range the wrong way round');
SELECT alike(called($$CALL moodle_fdw.run_activity((now() AT TIME ZONE 'Europe/Prague')::date + 1)$$), '% is still to come in site (Europe/Prague)', 'a day that is still to come');
SELECT is(called($$CALL moodle_fdw.run_activity(batch => 0)$$), 'a batch is of one course at least, not 0', 'a batch of nothing');
SELECT is(called($$CALL moodle_fdw.run_activity(instances => '{site,nowhere}')$$), 'no database of "nowhere" is attached', 'a site that is not attached');
CALL moodle_fdw.run_activity();
SELECT is((SELECT max(extraction_date) FROM moodle_fdw.activity_status), (now() AT TIME ZONE 'Europe/Prague')::date - 1, 'yesterday, by default');
-- Rules that are the user's.
INSERT INTO moodle_mart.activity_kinds (component, kind) VALUES ('mod_page', 'file');
CALL moodle_fdw.backfill_activity('2025-03-05', '2025-03-05', again => true, all_courses => true);
SELECT results_eq($$SELECT file_views, video_views FROM moodle_mart.activity_counts WHERE course_id = 9001 AND extraction_date = '2025-03-05'$$,
    $$VALUES (75::bigint, 0::bigint)$$, 'a page is a file where the rule says so');
DELETE FROM moodle_mart.activity_kinds WHERE rank = 1;
-- One role assignment that ends, and one that ended before the site was read.
SELECT on_site($$DELETE FROM mdl_role_assignments WHERE userid = 102 AND contextid = 1009002;
    PERFORM log_entry('2025-03-10 08:00', 2, 9002, 9002, 'core', 'unassigned', 'role', level => 50, object => 5, related => 102),
            log_entry('2025-03-04 08:00', 2, 9002, 9002, 'core', 'assigned', 'role', level => 50, object => 5, related => 140),
            log_entry('2025-03-06 08:00', 2, 9002, 9002, 'core', 'unassigned', 'role', level => 50, object => 5, related => 140)$$) \gset ignored_
CALL moodle_fdw.backfill_activity('2025-03-05', '2025-03-11', again => true);
SELECT results_eq($$SELECT extraction_date, num_students FROM moodle_mart.user_counts
    WHERE course_id = 9002 AND extraction_date BETWEEN '2025-03-03' AND '2025-03-11' ORDER BY 1$$,
    $$VALUES ('2025-03-05'::date, 3::bigint), ('2025-03-06', 3), ('2025-03-07', 3), ('2025-03-08', 3), ('2025-03-09', 3),
             ('2025-03-10', 2), ('2025-03-11', 2)$$, 'roles that are gone counted while they were there');
SELECT * FROM finish();
