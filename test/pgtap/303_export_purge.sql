-- What programs read, and the end of events.
\ir lib/setup.sql
\ir lib/site.sql
SELECT no_plan();
SELECT attach_site('site') \gset ignored_
SELECT attach_site('other', 'UTC') \gset ignored_
SELECT stage_site('site'), stage_site('other') \gset ignored_
SELECT is(moodle_fdw.export_user_activity() - 'timestamp',
          '{"status": "not_started", "data": [], "limit": 1000, "offset": 0, "has_next": false, "extraction_date": null}'::jsonb,
          'before the first day');
CALL moodle_fdw.backfill_activity('2026-11-10', '2026-11-11', '{site}', all_courses => true);
SELECT is((SELECT count(*) FROM moodle_fdw.activity_results()), 33::bigint, 'the results of the last day');
SELECT is((SELECT DISTINCT extraction_date FROM moodle_fdw.activity_results()), '2026-11-11'::date, 'which is that');
SELECT moodle_fdw.export_user_activity(10, 20, '2026-11-10') AS page \gset
SELECT is(:'page'::jsonb - 'data' - 'timestamp',
          '{"status": "completed", "limit": 10, "offset": 20, "has_next": true, "extraction_date": "2026-11-10"}', 'a page');
SELECT is(jsonb_array_length(:'page'::jsonb -> 'data'), 10, 'of ten rows');
SELECT ok((:'page'::jsonb #> '{data,0}') ?& '{course_id,id_number,course_name,course_shortname,num_teachers,num_students,file_views,video_views,forum_views,quiz_views,assignment_views,url_views,total_views,avg_activity_per_student_per_day,active_days,extraction_date,created_at,updated_at}',
          'with the columns of the system before this one');
SELECT ok((:'page'::jsonb ->> 'timestamp')::timestamptz > now() - interval '1 minute', 'made now');
SELECT is(moodle_fdw.export_user_activity(10, 30, '2026-11-10') ->> 'has_next', 'false', 'the last page');
SELECT is((SELECT count(DISTINCT row ->> 'moodle_course_id') FROM generate_series(0, 30, 10) start,
           jsonb_array_elements(moodle_fdw.export_user_activity(10, start, '2026-11-10') -> 'data') row), 33::bigint, 'the pages together are all');
SELECT is(moodle_fdw.export_user_activity(date => '2026-10-10') ->> 'status', 'not_started', 'a day that was not counted');
SELECT is((failure_of('SELECT moodle_fdw.export_user_activity(10001)')).state, '22023', 'at most 10000 rows');
SELECT is((failure_of('SELECT moodle_fdw.export_user_activity(0)')).state, '22023', 'at least one');
SELECT is((failure_of('SELECT moodle_fdw.export_user_activity(1, -1)')).state, '22023', 'no offset below zero');
WITH RECURSIVE page(said) AS (
    SELECT moodle_fdw.export_user_activity_after(row_limit => 10, date => '2026-11-10')
    UNION ALL
    SELECT moodle_fdw.export_user_activity_after(said ->> 'next', 10, '2026-11-10') FROM page WHERE (said ->> 'has_next')::boolean)
SELECT is(array_agg(jsonb_array_length(said -> 'data')), '{10,10,10,3}', 'the same from key to key') FROM page;
SELECT is((failure_of($$SELECT moodle_fdw.export_user_activity_after('x')$$)).state, '22023', 'a key that is none');
-- The end of events.
SELECT is((failure_of('SELECT moodle_fdw.purge_events(NULL)')).state, '22023', 'how old?');
-- The dump's log ends on the 20th of November 2026.
SELECT format('%s days', moodle_fdw.site_today('site') - '2026-11-21'::date) AS age \gset
SELECT set_config('test.age', :'age', false) \gset ignored_
SELECT is((failure_of($$SELECT moodle_fdw.purge_events(current_setting('test.age')::interval, '{site}')$$)).message,
               'events of "site" before 2026-11-21 cannot be purged: 13 days are not counted yet, the first is 2026-11-06',
               'not before every day is counted');
CALL moodle_fdw.backfill_activity('2026-11-06', '2026-11-20');
SELECT is((SELECT count(*) FROM moodle_stg.events), 57180::bigint, 'two sites'' events');
SELECT is(moodle_fdw.purge_events(:'age', '{site}'), 28590::bigint, 'one site''s are purged');
SELECT is((SELECT array_agg(DISTINCT instance) FROM moodle_stg.events), '{other}', 'the other''s are still there');
SELECT is(called('CALL moodle_fdw.run_activity_counts(''2026-11-10'', backfill => true, instances => ''{site}'')'),
          '2026-11-10 can no longer be counted: events of "site" before 2026-11-21 have been purged',
          'a day that was purged is not counted again');
SELECT is((SELECT sum(num_students) FROM moodle_mart.user_activity WHERE instance = 'site' AND extraction_date = '2026-11-20'),
          (SELECT sum(num_students) FROM moodle_mart.user_activity WHERE instance = 'other' AND extraction_date = '2026-11-20'),
          'what was counted is still there');
SELECT is(called('CALL moodle_fdw.run_activity(moodle_fdw.site_today(''site''), ''{site}'')'), NULL, 'nothing is read twice');
SELECT is((SELECT count(*) FROM moodle_stg.events WHERE instance = 'site'), 0::bigint, 'nor comes back');
SELECT is((SELECT sum(events) FROM moodle_mart.usage_daily WHERE instance = 'site'),
          (SELECT sum(events) FROM moodle_mart.usage_daily WHERE instance = 'other'), 'usage stays');
SELECT on_site($$PERFORM log_entry('2026-05-05 12:00', 101, 27, 5)$$) \gset ignored_
CALL moodle_fdw.backfill_activity('2026-05-05', '2026-05-05', '{other}');
SELECT ok(to_regclass('moodle_stg.events_2026_05') IS NOT NULL, 'a month of an old event');
SELECT is(moodle_fdw.purge_events(current_setting('test.age')::interval + '60 days', '{other}'), 1::bigint, 'it is purged');
SELECT ok(to_regclass('moodle_stg.events_2026_05') IS NULL, 'and the month with it');
-- Events come with a refresh, too, where that is wanted.
SELECT attach_site('fresh') \gset ignored_
UPDATE moodle_fdw.databases SET events_at_refresh = true, events_a_batch = 9000 WHERE instance = 'fresh';
CALL moodle_fdw.refresh('{fresh}');
SELECT results_eq($$SELECT status, rows_changed, units_done FROM moodle_fdw.run_steps WHERE layer = 'events'$$,
    $$VALUES ('completed', 28591::bigint, 28591::bigint)$$, 'a refresh reads the log where that is wanted');
SELECT is((SELECT count(*) FROM moodle_stg.events WHERE instance = 'fresh'), 28591::bigint, 'all of it');
SELECT is_empty($$SELECT 1 FROM moodle_fdw.run_steps WHERE layer = 'events' AND instance <> 'fresh'$$, 'and only there');
SELECT * FROM finish();
