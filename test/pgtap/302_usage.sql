-- Sessions, dedication, usage by day and hour.
\ir lib/setup.sql
\ir lib/site.sql
SELECT no_plan();
SELECT on_site($$
    PERFORM log_entry(at, 101, 27, 5, 'mod_page') FROM unnest('{2025-05-05 10:00,2025-05-05 10:10,2025-05-05 10:40,2025-05-05 11:10:01}'::text[]) at;
    PERFORM log_entry('2025-05-05 11:11:31', 101, 27, 5, 'mod_quiz', 'submitted', 'attempt'),
            log_entry('2025-05-05 11:12:01', 101, 27, 5, 'mod_forum', 'created', 'post'),
            log_entry('2025-05-05 10:05', 101, 29, 6, 'mod_page'),
            log_entry('2025-05-05 09:00', 101, 0, 0, 'core', 'loggedin', 'user', level => 10),
            log_entry('2025-05-05 23:50', 102, 27, 5, 'mod_page'), log_entry('2025-05-06 00:10', 102, 27, 5, 'mod_page'),
            log_entry('2025-05-06 00:50', 102, 27, 5, 'mod_page'),
            log_entry('2025-05-05 10:20', 1, 27, 5, 'mod_page'), log_entry('2025-05-05 10:20', 0, 27, 5, 'mod_page'),
            log_entry('2025-05-05 10:20', 101, 27, 5, 'mod_page', origin => 'ws'),
            log_entry('2025-05-05 11:30', 101, 27, 5, 'mod_page', real_person => 2),
            log_entry('2025-05-05 11:31', 77, 27, 5, 'mod_page'),
            log_entry('2025-10-26 00:30', 101, 27, 5, 'mod_page', zone => 'UTC'),
            log_entry('2025-10-26 01:30', 101, 27, 5, 'mod_page', zone => 'UTC')$$) \gset ignored_
SELECT attach_site('site') \gset ignored_
UPDATE moodle_fdw.databases SET reader_user_id = 77;
SELECT stage_site() \gset ignored_
CALL moodle_fdw.run_activity('2025-05-05', backfill => true);
SELECT results_eq($$SELECT day, moodle_course_id, moodle_user_id, events, views, submissions, posts, sessions, dedication_minutes, verbs
    FROM moodle_mart.usage_daily WHERE day BETWEEN '2025-05-05' AND '2025-05-06' ORDER BY 1, 2, 3$$,
    $$VALUES ('2025-05-05'::date, 0::bigint, 101::bigint, 1::bigint, 0::bigint, 0::bigint, 0::bigint, 1, 0.0, '{"loggedin": 1}'::jsonb),
             ('2025-05-05', 27, 101, 6, 4, 1, 1, 2, 42.0, '{"viewed": 4, "submitted": 1, "created": 1}'),
             ('2025-05-05', 27, 102, 1, 1, 0, 0, 1, 20.0, '{"viewed": 1}'),
             ('2025-05-05', 29, 101, 1, 1, 0, 0, 1, 0.0, '{"viewed": 1}'),
             ('2025-05-06', 27, 102, 2, 2, 0, 0, 1, 0.0, '{"viewed": 2}')$$,
    'thirty minutes are no break, a second more is one; a session over midnight is one; guests, nobody, web services, the reader and disguises are left out');
SELECT results_eq($$SELECT hour_at AT TIME ZONE 'UTC', hour, events, people FROM moodle_mart.usage_hourly
    WHERE day = '2025-10-26' ORDER BY 1$$,
    $$VALUES ('2025-10-26 00:00'::timestamp, 2, 1::bigint, 1::bigint), ('2025-10-26 01:00', 2, 1, 1)$$,
    'two hours that the clocks show alike are two');
SELECT results_eq($$SELECT hour, events, views, people FROM moodle_mart.usage_hourly
    WHERE day = '2025-05-05' AND moodle_course_id = 27 ORDER BY 1$$,
    $$VALUES (10, 3::bigint, 3::bigint, 1::bigint), (11, 3, 1, 1), (23, 1, 1, 1)$$, 'usage by hour');
SELECT results_eq($$SELECT action, times FROM moodle_mart.user_verbs WHERE day = '2025-05-05' AND moodle_user_id = 101 AND moodle_course_id = 27 ORDER BY 1$$,
    $$VALUES ('created', 1::bigint), ('submitted', 1), ('viewed', 4)$$, 'verbs of a person');
SELECT results_eq($$SELECT moodle_course_id, moodle_user_id, session, started_at AT TIME ZONE 'Europe/Prague', duration, events
    FROM moodle_fdw.sessions('site', '2025-05-05', '2025-05-06')$$,
    $$VALUES (27::bigint, 101::bigint, 1, '2025-05-05 10:00'::timestamp, '40 minutes'::interval, 3::bigint), (27, 101, 2, '2025-05-05 11:10:01', '2 minutes', 3),
             (27, 102, 1, '2025-05-05 23:50', '20 minutes', 2), (27, 102, 2, '2025-05-06 00:50', '0', 1),
             (29, 101, 1, '2025-05-05 10:05', '0', 1)$$, 'sessions one by one');
SELECT results_eq($$SELECT moodle_course_id, moodle_user_id, sessions, events, dedication
    FROM moodle_fdw.dedication('site', '2025-05-05', '2025-05-06', courses => '{27}') ORDER BY 1, 2$$,
    $$VALUES (27::bigint, 101::bigint, 2::bigint, 6::bigint, '42 minutes'::interval), (27, 102, 2, 3, '20 minutes')$$, 'dedication');
SELECT results_eq($$SELECT moodle_user_id, sessions, dedication FROM moodle_fdw.dedication('site', '2025-05-05', '2025-05-06', '1 hour', '{27}') ORDER BY 1$$,
    $$VALUES (101::bigint, 1::bigint, '1:12:01'::interval), (102, 1, '1:00')$$, 'with another gap');
SELECT is_empty($$SELECT moodle_course_id, moodle_user_id, sessions, dedication FROM moodle_fdw.dedication('site', '2025-01-01', '2026-12-31')
                  EXCEPT SELECT moodle_course_id, moodle_user_id, count(*), sum(duration) FROM moodle_fdw.sessions('site', '2025-01-01', '2026-12-31') GROUP BY 1, 2$$,
    'both agree over the whole log');
SELECT is((SELECT sum(events) FROM moodle_mart.usage_daily),
          (SELECT count(*) FROM moodle_stg.events WHERE user_id > 1 AND origin <> 'ws' AND NOT is_reader AND real_user_id IS NULL)::numeric,
          'every event of a person is in one day');
SELECT is((SELECT sum(events) FROM moodle_mart.usage_hourly), (SELECT sum(events) FROM moodle_mart.usage_daily), 'and in one hour');
-- What comes later.
SELECT md5(string_agg(usage::text, ',' ORDER BY usage)) AS before FROM moodle_mart.usage_daily usage \gset
CALL moodle_fdw.run_activity('2025-05-05', backfill => true);
SELECT is((SELECT md5(string_agg(usage::text, ',' ORDER BY usage)) FROM moodle_mart.usage_daily usage), :'before', 'nothing new changes nothing');
SELECT on_site($$PERFORM log_entry('2025-05-05 11:40:00', 101, 27, 5, 'mod_page')$$) \gset ignored_
CALL moodle_fdw.run_activity('2025-05-05', backfill => true);
SELECT results_eq($$SELECT events, sessions, dedication_minutes FROM moodle_mart.usage_daily WHERE day = '2025-05-05' AND moodle_course_id = 27 AND moodle_user_id = 101$$,
    $$VALUES (7::bigint, 2, 70.0)$$, 'a day that events came to is summed up anew');
UPDATE moodle_fdw.databases SET session_gap = '5 minutes';
SELECT cmp_ok(moodle_fdw.rebuild_usage('site'), '>', 2::bigint, 'all days are to be summed up anew');
CALL moodle_fdw.run_activity('2025-05-05', backfill => true);
SELECT results_eq($$SELECT sessions, dedication_minutes FROM moodle_mart.usage_daily WHERE day = '2025-05-05' AND moodle_course_id = 27 AND moodle_user_id = 101$$,
    $$VALUES (5, 2.0)$$, 'with the other gap');
SELECT * FROM finish();
