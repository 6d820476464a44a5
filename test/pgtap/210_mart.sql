-- The marts of a small site, worked by hand. Every number below can be got with a pencil.
\ir lib/quiet.sql
-- Weeks are UTC whatever the session says.
SET TimeZone = 'America/New_York';
SELECT moodle_fdw.deploy() \gset ignored_
CREATE TABLE moodle_raw.landing_m1 PARTITION OF moodle_raw.landing FOR VALUES IN ('m1');
CREATE TABLE moodle_raw.landing_m2 PARTITION OF moodle_raw.landing FOR VALUES IN ('m2');

CREATE FUNCTION land(site text, entity text, unit bigint, id bigint, key text, record jsonb,
                     at timestamptz, gone boolean DEFAULT false) RETURNS void
    LANGUAGE sql AS $$
    INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
                                    hash_content, ts_extract, is_deleted, unit_id, previous_id)
    SELECT 1, site, $2, $4, key, coalesce(record, old.data_json), '\x00', at, gone, unit, old.id
    FROM (VALUES (1)) one
    LEFT JOIN LATERAL (SELECT landing.id, landing.data_json FROM moodle_raw.landing
                       WHERE instance = site AND landing.entity = $2 AND record_key = key
                       ORDER BY landing.id DESC LIMIT 1) old ON true
    WHERE NOT gone OR old.id IS NOT NULL
    $$;
CREATE FUNCTION land_grade(site text, course bigint, person bigint, item bigint, grade numeric,
                           graded timestamptz, at timestamptz, gone boolean DEFAULT false) RETURNS void
    LANGUAGE sql AS $$
    SELECT land(site, 'grade', course, item, format('%s:%s:%s', course, person, item),
                (SELECT data_json FROM moodle_raw.landing
                 WHERE instance = site AND entity = 'grade_item' AND moodle_id = item
                 ORDER BY id DESC LIMIT 1)
                || jsonb_build_object('graderaw', grade, 'gradedategraded',
                                      extract(epoch FROM graded)::bigint), at, gone)
    $$;
CREATE FUNCTION land_place(site text, course bigint, person bigint, roles text[], access bigint,
                           at timestamptz, gone boolean DEFAULT false) RETURNS void
    LANGUAGE sql AS $$
    SELECT land(site, 'enrolment', course, person, format('%s:%s', course, person),
                CASE WHEN NOT gone THEN jsonb_build_object('id', person, 'lastcourseaccess', access, 'roles',
                    (SELECT coalesce(jsonb_agg(data_json || '{"sortorder": 0}'), '[]')
                     FROM moodle_raw.landing
                     WHERE instance = site AND entity = 'role'
                       AND data_json ->> 'shortname' = ANY (roles))) END, at, gone)
    $$;
-- As a refresh does, in its order and with the same marks.
CREATE FUNCTION refresh_from(site text, after bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    known record;
    newest bigint := (SELECT max(id) FROM moodle_raw.landing WHERE instance = site);
BEGIN
    FOR known IN SELECT * FROM moodle_fdw.transforms WHERE layer IN ('stg', 'mart') AND builtin ORDER BY ordinal LOOP
        EXECUTE known.statement USING site, after, newest;
        INSERT INTO moodle_fdw.loaded VALUES (site, known.name, newest)
        ON CONFLICT (instance, transform) DO UPDATE SET up_to_id = excluded.up_to_id;
    END LOOP;
    RETURN newest;
END $$;
-- All that the marts hold, less when it was built.
CREATE FUNCTION marts() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    mart text;
BEGIN
    FOREACH mart IN ARRAY ARRAY['course_performance', 'course_summary', 'instance_summary',
        'user_progress', 'grade_distribution', 'completion_funnel', 'learner_progress_weekly'] LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L || (to_jsonb(mart) - ''ts_generated'')::text FROM moodle_mart.%I mart', mart, mart);
    END LOOP;
END $$;

CREATE VIEW weekly AS
    SELECT *, to_char(week_start, 'IYYY-"W"IW') AS iso_week FROM moodle_mart.learner_progress_weekly;

-- The site. Monday 2 February 2026 begins week 6.
SELECT land('m1', 'role', 0, id, id::text,
            jsonb_build_object('roleid', id, 'name', name, 'shortname', shortname), '2026-02-20 12:00Z')
FROM (VALUES (3, '', 'editingteacher'), (5, '', 'student'), (9, 'Lab assistant', 'labassistant'))
     role(id, name, shortname) \g /dev/null
SELECT land('m1', 'role', 0, 11, '11',
            '{"id": 11, "roleid": 11, "name": "", "shortname": "aluno", "archetype": "student"}',
            '2026-02-20 12:00Z') \g /dev/null
SELECT land('m1', 'user', 0, id, id::text, jsonb_build_object('id', id, 'username', lower(name),
            'firstname', name, 'lastname', 'Test', 'email', lower(name) || '@example.org'), '2026-02-20 12:00Z')
FROM (VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid'), (4, 'Dee'), (5, 'Eve'), (6, 'Fay')) person(id, name) \g /dev/null
SELECT land('m1', 'category', 0, id, id::text, jsonb_build_object('id', id, 'name', name,
            'parent', parent, 'depth', depth, 'path', path), '2026-02-20 12:00Z')
FROM (VALUES (2, 'Science', 0, 1, '/2'), (3, 'Maths', 2, 2, '/2/3')) category(id, name, parent, depth, path) \g /dev/null
SELECT land('m1', 'course', 0, id, id::text, jsonb_build_object('id', id, 'fullname', name,
            'shortname', short, 'categoryid', category, 'format', format, 'visible', 1,
            'startdate', 1769990400, 'enddate', 0), '2026-02-20 12:00Z')
FROM (VALUES (1, 'Front page', 'FP', 0, 'site'), (10, 'Algebra', 'ALG', 3, 'topics'),
             (20, 'Botany', 'BOT', 2, 'weeks'), (30, 'Nobody here', 'NIL', 2, 'topics'))
     course(id, name, short, category, format) \g /dev/null
SELECT land('m1', 'grade_item', 10, id, '10:' || id, jsonb_build_object('id', id, 'itemname', name,
            'itemtype', type, 'itemmodule', module, 'grademin', low, 'grademax', high), '2026-02-20 12:00Z')
FROM (VALUES (101, 'Quiz', 'mod', 'quiz', 0, 10), (102, 'Paper', 'manual', NULL, 0, 100),
             (103, 'Below nought', 'mod', 'assign', -10, 50), (104, 'Scale', 'manual', NULL, 1, 3),
             (105, NULL, 'course', NULL, 0, 500), (106, NULL, 'category', NULL, 0, 100),
             (107, 'No range', 'manual', NULL, 0, 0)) item(id, name, type, module, low, high) \g /dev/null
SELECT land_place('m1', course, person, roles::text[], access, '2026-02-20 12:00Z')
FROM (VALUES (10, 1, '{student}', 1770100000), (10, 2, '{student,editingteacher}', 1770100000),
             (10, 3, '{editingteacher}', 1770100000), (10, 4, '{student}', 0), (10, 5, '{}', 0),
             (20, 1, '{student}', 1770200000), (20, 4, '{aluno}', 0), (20, 6, '{labassistant}', 0))
     place(course, person, roles, access) \g /dev/null
-- Ann 75, 50, 50, 50 % and one without a range; Bob 25, 100, 50 %; Dee nothing; Cid teaches.
SELECT land_grade('m1', 10, person, item, grade, graded::timestamptz, '2026-02-20 12:00Z')
FROM (VALUES (1, 101, 7.5, '2026-02-08 23:59:59Z'), (1, 102, 50, '2026-02-09 00:00:00Z'),
             (1, 103, 20, '2026-02-10 10:00Z'), (1, 104, 2, '2026-02-10 10:00Z'),
             (1, 105, 400, '2026-02-01 10:00Z'), (1, 106, 90, '2026-02-01 10:00Z'),
             (1, 107, 0, '2026-02-11 10:00Z'),
             (2, 101, 2.5, '2026-02-08 12:00Z'), (2, 102, 100, NULL), (2, 103, NULL, NULL),
             (2, 104, 2, '2026-03-30 12:00Z'), (2, 105, 1, '2026-01-01 12:00Z'),
             (4, 101, NULL, NULL), (4, 102, NULL, NULL)) given(person, item, grade, graded) \g /dev/null
SELECT land('m1', 'completion', 10, person, '10:' || person, '{"reason": "no completion criteria set"}',
            '2026-02-20 12:00Z')
FROM unnest(ARRAY[1, 2, 3, 4, 5]) person \g /dev/null
SELECT land('m1', 'completion', 20, 1, '20:1', jsonb_build_object('completed', true, 'aggregation', 1,
            'completions', jsonb_build_array(
                jsonb_build_object('complete', true, 'timecompleted', extract(epoch FROM timestamptz '2026-01-12 10:00Z')::bigint),
                jsonb_build_object('complete', true, 'timecompleted', extract(epoch FROM timestamptz '2026-02-11 10:00Z')::bigint))),
            '2026-02-20 12:00Z') \g /dev/null
SELECT land('m1', 'completion', 20, 4, '20:4', jsonb_build_object('completed', false, 'aggregation', 1,
            'completions', jsonb_build_array(
                jsonb_build_object('complete', true, 'timecompleted', extract(epoch FROM timestamptz '2026-01-14 10:00Z')::bigint),
                jsonb_build_object('complete', false, 'timecompleted', NULL))),
            '2026-02-20 12:00Z') \g /dev/null
-- Another site with the same ids.
SELECT land('m2', 'role', 0, 5, '5', '{"roleid": 5, "name": "", "shortname": "editingteacher"}', '2026-02-20 12:00Z') \g /dev/null
SELECT land('m2', 'course', 0, 10, '10', '{"id": 10, "fullname": "Other", "shortname": "O", "categoryid": 3, "format": "topics"}', '2026-02-20 12:00Z') \g /dev/null
SELECT land_place('m2', 10, 1, '{editingteacher}', 0, '2026-02-20 12:00Z') \g /dev/null

SELECT refresh_from('m1', 0) AS newest \gset
SELECT refresh_from('m2', 0) AS newest2 \gset

SELECT plan(60);

-- course_performance
SELECT is((SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
           WHERE attrelid = 'moodle_mart.course_performance'::regclass AND attnum BETWEEN 1 AND 20),
          '{instance,moodle_course_id,course_name,course_shortname,moodle_user_id,username,firstname,lastname,email,moodle_role_id,role_name,role_fullname,total_items,graded_items,avg_performance_pct,completed_course,course_startdate,course_enddate,enrolment_timecreated,ts_generated}'::text[],
          'the columns that dashboards know, in their order');
SELECT results_eq(
    $$SELECT moodle_course_id, moodle_user_id, moodle_role_id, role_kind, total_items, graded_items,
             avg_performance_pct, completed_course, counts_as_student
      FROM moodle_mart.course_performance WHERE instance = 'm1' ORDER BY 1, 2, 3$$,
    $$VALUES (10::bigint, 1::bigint, 5::bigint, 'student', 5::bigint, 5::bigint, 56.25, false, true),
             (10, 2, 3, 'teacher', 5, 3, 58.3333, false, false),
             (10, 2, 5, 'student', 5, 3, 58.3333, false, true),
             (10, 3, 3, 'teacher', 5, 0, 0, false, false),
             (10, 4, 5, 'student', 5, 0, 0, false, true),
             (10, 5, NULL, 'other', 5, 0, 0, false, false),
             (20, 1, 5, 'student', 0, 0, 0, true, true),
             (20, 4, 11, 'student', 0, 0, 0, false, true),
             (20, 6, 9, 'other', 0, 0, 0, false, false)$$,
    'a row for each person, course and role: real items only, by their bounds');
SELECT results_eq(
    $$SELECT course_name, course_shortname, username, firstname, lastname, email, role_name,
             role_fullname, course_startdate, course_enddate, enrolment_timecreated, category_name,
             top_category_name, second_category_name
      FROM moodle_mart.course_performance
      WHERE instance = 'm1' AND (moodle_course_id, moodle_user_id) IN ((10, 1), (20, 6))
      ORDER BY moodle_course_id$$,
    $$VALUES ('Algebra', 'ALG', 'ann', 'Ann', 'Test', 'ann@example.org', 'student', 'student',
              timestamptz '2026-02-02 00:00Z', NULL::timestamptz, NULL::timestamptz, 'Maths', 'Science', 'Maths'),
             ('Botany', 'BOT', 'fay', 'Fay', 'Test', 'fay@example.org', 'labassistant', 'Lab assistant',
              timestamptz '2026-02-02 00:00Z', NULL, NULL, 'Science', 'Science', NULL)$$,
    'with names and times');
SELECT results_eq($$SELECT completion_tracked, criteria_total, criteria_done, completed_at
                    FROM moodle_mart.course_performance
                    WHERE instance = 'm1' AND moodle_user_id = 1 ORDER BY moodle_course_id$$,
                  $$VALUES (false, 0, 0, NULL::timestamptz), (true, 2, 2, '2026-02-11 10:00Z')$$,
                  'completion, tracked and not');
SELECT is((SELECT count(*) FROM moodle_mart.student_performance WHERE instance = 'm1'), 5::bigint,
          'students once each, whatever else they are');
SELECT is((SELECT role_kind FROM moodle_mart.course_performance WHERE instance = 'm2'), 'teacher',
          'a role''s number means nothing: another site''s 5 is a teacher');

-- course_summary: Algebra (56.25 + 58.3333) / 2, 8 grades of 3 students x 5 items
SELECT results_eq(
    $$SELECT moodle_course_id, participants, students, teachers, total_items, grades,
             grading_coverage_pct, students_graded, avg_performance_pct, median_performance_pct,
             min_performance_pct, max_performance_pct, students_below_50_pct, students_never_accessed,
             completion_tracked_students, completed_students, completion_rate_pct
      FROM moodle_mart.course_summary WHERE instance = 'm1' ORDER BY 1$$,
    $$VALUES (10::bigint, 5::bigint, 3::bigint, 2::bigint, 5::bigint, 8::bigint, 53.3333, 2::bigint,
              57.2917, 57.2917, 56.25, 58.3333, 0::bigint, 1::bigint, 0::bigint, 0::bigint, NULL::numeric),
             (20, 3, 2, 0, 0, 0, NULL, 0, NULL, NULL, NULL, NULL, 0, 1, 2, 1, 50),
             (30, 0, 0, 0, 0, 0, NULL, 0, NULL, NULL, NULL, NULL, 0, 0, 0, 0, NULL)$$,
    'course_summary: courses, students only in the averages, no front page');
SELECT results_eq(
    $$SELECT users, categories, courses, courses_with_students, courses_with_grades, participants,
             students, teachers, enrolments, student_enrolments, total_items, grades,
             avg_performance_pct, completion_tracked_enrolments, completed_enrolments,
             completion_rate_pct, data_as_of
      FROM moodle_mart.instance_summary WHERE instance = 'm1'$$,
    $$VALUES (6::bigint, 2::bigint, 3::bigint, 2::bigint, 1::bigint, 6::bigint, 3::bigint, 2::bigint,
              8::bigint, 5::bigint, 5::bigint, 8::bigint, 57.2917, 2::bigint, 1::bigint, 50.0,
              timestamptz '2026-02-20 12:00Z')$$, 'instance_summary');

-- user_progress
SELECT results_eq(
    $$SELECT moodle_user_id, courses, courses_as_student, courses_as_teacher, courses_accessed,
             courses_graded, completed_courses, completion_rate_pct, total_items, graded_items,
             graded_items_pct, avg_performance_pct
      FROM moodle_mart.user_progress WHERE instance = 'm1' ORDER BY 1$$,
    $$VALUES (1::bigint, 2::bigint, 2::bigint, 0::bigint, 2::bigint, 1::bigint, 1::bigint, 100.0,
              5::bigint, 5::bigint, 100.0, 56.25),
             (2, 1, 1, 1, 1, 1, 0, NULL, 5, 3, 60, 58.3333),
             (3, 1, 0, 1, 0, 0, 0, NULL, 0, 0, NULL, NULL),
             (4, 2, 2, 0, 0, 0, 0, 0, 5, 0, 0, NULL),
             (5, 1, 0, 0, 0, 0, 0, NULL, 0, 0, NULL, NULL),
             (6, 1, 0, 0, 0, 0, 0, NULL, 0, 0, NULL, NULL)$$, 'user_progress: a person over courses');

-- grade_distribution: 101: 75, 25; 102: 50, 100; 103: 50; 104: 50, 50; 107 has no range
SELECT results_eq(
    $$SELECT moodle_item_id, bucket, pct_from, pct_to, bucket_label, grades, avg_pct
      FROM moodle_mart.grade_distribution WHERE instance = 'm1' ORDER BY 1, 2$$,
    $$VALUES (101::bigint, 3, 20, 30, '20-30 %', 1::bigint, 25.0), (101, 8, 70, 80, '70-80 %', 1, 75),
             (102, 6, 50, 60, '50-60 %', 1, 50), (102, 10, 90, 100, '90-100 %', 1, 100),
             (103, 6, 50, 60, '50-60 %', 1, 50), (104, 6, 50, 60, '50-60 %', 2, 50)$$,
    'grade_distribution: the lower bound within the step, 100 % in the last');

-- completion_funnel. Algebra: Ann and Bob have half of the items; Dee never came. Botany: Ann is
-- through, Dee met 1 of 2 without having been seen.
SELECT results_eq(
    $$SELECT moodle_course_id, stage_no, stage, students, students_stopped_here, pct_of_enrolled, completion_tracked
      FROM moodle_mart.completion_funnel WHERE instance = 'm1' ORDER BY 1, 2$$,
    $$VALUES (10::bigint, 1, 'enrolled', 3::bigint, 1::bigint, 100.0, false),
             (10, 2, 'visited', 2, 0, 66.6667, false), (10, 3, 'started', 2, 0, 66.6667, false),
             (10, 4, 'halfway', 2, 2, 66.6667, false), (10, 5, 'completed', 0, 0, 0, false),
             (20, 1, 'enrolled', 2, 0, 100, true), (20, 2, 'visited', 2, 0, 100, true),
             (20, 3, 'started', 2, 0, 100, true), (20, 4, 'halfway', 2, 1, 100, true),
             (20, 5, 'completed', 1, 1, 50, true)$$, 'completion_funnel: five stages, never wider');

-- learner_progress_weekly, of one extraction
SELECT results_eq(
    $$SELECT moodle_user_id, week_start, iso_week, course_week, graded_items, new_grades,
             avg_performance_pct, performance_change_pct, weeks_since_movement, status
      FROM weekly
      WHERE instance = 'm1' AND moodle_course_id = 10 ORDER BY 1, 2$$,
    $$VALUES (1::bigint, date '2026-02-02', '2026-W06', 1, 1, 1, 75.0, NULL::numeric, 0, 'active'),
             (1, '2026-02-09', '2026-W07', 2, 5, 4, 56.25, -18.75, 0, 'active'),
             (1, '2026-02-16', '2026-W08', 3, 5, 0, 56.25, 0, 1, 'idle'),
             (2, '2026-02-02', '2026-W06', 1, 1, 1, 25, NULL, 0, 'active'),
             (2, '2026-02-09', '2026-W07', 2, 1, 0, 25, 0, 1, 'idle'),
             (2, '2026-02-16', '2026-W08', 3, 3, 2, 58.3333, 33.3333, 0, 'active'),
             (4, '2026-02-02', '2026-W06', 1, 0, 0, NULL, NULL, NULL, 'not started'),
             (4, '2026-02-09', '2026-W07', 2, 0, 0, NULL, NULL, NULL, 'not started'),
             (4, '2026-02-16', '2026-W08', 3, 0, 0, NULL, NULL, NULL, 'not started')$$,
    'a first extraction has a history: Sunday 23:59:59 UTC and Monday 00:00 are two weeks');
SELECT results_eq(
    $$SELECT moodle_user_id, iso_week, criteria_done, new_criteria, criteria_total, completed_course,
             completed_this_week, weeks_since_movement, status
      FROM weekly
      WHERE instance = 'm1' AND moodle_course_id = 20 ORDER BY 1, 2$$,
    $$VALUES (1::bigint, '2026-W03', 1, 1, 2, false, false, 0, 'active'),
             (1, '2026-W04', 1, 0, 2, false, false, 1, 'idle'), (1, '2026-W05', 1, 0, 2, false, false, 2, 'idle'),
             (1, '2026-W06', 1, 0, 2, false, false, 3, 'idle'), (1, '2026-W07', 2, 1, 2, true, true, 0, 'completed'),
             (4, '2026-W03', 1, 1, 2, false, false, 0, 'active'), (4, '2026-W04', 1, 0, 2, false, false, 1, 'idle'),
             (4, '2026-W05', 1, 0, 2, false, false, 2, 'idle'), (4, '2026-W06', 1, 0, 2, false, false, 3, 'idle'),
             (4, '2026-W07', 1, 0, 2, false, false, 4, 'stalled')$$,
    'completion by the times of the criteria; who stands still is idle, then stalled');
SELECT is((SELECT count(*) FROM weekly WHERE instance = 'm1'
           AND moodle_user_id IN (3, 5, 6)), 0::bigint, 'only students are learners');
SELECT is((SELECT array_agg((moodle_course_id, moodle_user_id, iso_week)::text ORDER BY moodle_course_id, moodle_user_id)
           FROM moodle_mart.learner_progress WHERE instance = 'm1' AND is_latest_week),
          '{"(10,1,2026-W08)","(10,2,2026-W08)","(10,4,2026-W08)","(20,1,2026-W07)","(20,4,2026-W07)"}'::text[],
          'learner_progress: the last week of each');
SELECT is((SELECT avg_performance_pct FROM weekly
           WHERE instance = 'm1' AND (moodle_course_id, moodle_user_id, iso_week) = (10, 2, '2026-W08')),
          (SELECT avg_performance_pct FROM moodle_mart.student_performance
           WHERE instance = 'm1' AND (moodle_course_id, moodle_user_id) = (10, 2)),
          'the last week is how things stand');

-- Which courses are touched, by what
SELECT is(moodle_fdw.touched_courses('m1', :newest, :newest), '{}'::bigint[], 'nothing new touches nothing');
SELECT is(moodle_fdw.touched_courses('m1', 0, :newest), '{1,10,20,30}'::bigint[], 'everything touches all');
CREATE TABLE before AS SELECT marts() AS line;
BEGIN;
SELECT land('m1', 'user', 0, 1, '1', '{"id": 1}', now()) \g /dev/null
SELECT is(moodle_fdw.touched_courses('m1', :newest, 1000000), '{10,20}'::bigint[], 'a person touches his courses');
ROLLBACK;
BEGIN;
SELECT land('m1', 'role', 0, 3, '3', '{"roleid": 3}', now()) \g /dev/null
SELECT is(moodle_fdw.touched_courses('m1', :newest, 1000000), '{1,10,20,30}'::bigint[], 'a role touches all courses');
ROLLBACK;
BEGIN;
SELECT land('m1', 'category', 0, 3, '3', '{"id": 3}', now()) \g /dev/null
SELECT is(moodle_fdw.touched_courses('m1', :newest, 1000000), '{10}'::bigint[], 'a category touches its courses');
ROLLBACK;
BEGIN;
SELECT land('m1', 'category', 0, 2, '2', '{"id": 2}', now()) \g /dev/null
SELECT is(moodle_fdw.touched_courses('m1', :newest, 1000000), '{10,20,30}'::bigint[], 'and those of the categories below it');
ROLLBACK;
BEGIN;
SELECT land('m1', 'course', 0, 30, '30', '{"id": 30}', now()) \g /dev/null
SELECT land_grade('m1', 20, 1, 101, 1, NULL, now()) \g /dev/null
SELECT is(moodle_fdw.touched_courses('m1', :newest, 1000000), '{20,30}'::bigint[], 'a course itself, a grade its course');
SELECT is(moodle_fdw.touched_courses('m2', :newest, 1000000), '{10}'::bigint[], 'of one instance only');
ROLLBACK;
BEGIN;
SELECT land_place('m1', 20, 1, '{student}', 1779999999, now()) \g /dev/null
SELECT is(moodle_fdw.touched_courses('m1', :newest, 1000000), '{20}'::bigint[], 'a time of access touches the course');
SELECT is(moodle_fdw.moved_courses('m1', :newest, 1000000), '{}'::bigint[], 'but moves nothing in it');
SELECT land_place('m1', 20, 5, '{student}', 0, now()) \g /dev/null
SELECT is(moodle_fdw.moved_courses('m1', :newest, 1000000), '{20}'::bigint[], 'a new participant does');
ROLLBACK;

-- Runs again over the same or an older range change nothing.
SELECT refresh_from('m1', 0) \g /dev/null
SELECT set_eq('SELECT marts()', 'SELECT line FROM before', 'built again from nothing: the same');
SELECT refresh_from('m1', :newest / 2) \g /dev/null
SELECT set_eq('SELECT marts()', 'SELECT line FROM before', 'built again from an older range: the same');
SELECT is((SELECT sum(written) FROM (SELECT moodle_fdw.build_course_performance('m1', :newest, :newest)
           + moodle_fdw.build_course_summary('m1', :newest, :newest) + moodle_fdw.build_user_progress('m1', :newest, :newest)
           + moodle_fdw.build_grade_distribution('m1', :newest, :newest) + moodle_fdw.build_completion_funnel('m1', :newest, :newest)
           + moodle_fdw.build_learner_progress_weekly('m1', :newest, :newest)
           + moodle_fdw.build_instance_summary('m1', :newest, :newest) AS written) each), 0::numeric,
          'nothing new writes no row');

-- Two weeks on: Ann's paper is raised from 50 to 100 without a new date; Bob leaves Algebra.
CREATE TABLE rows_before AS SELECT moodle_course_id, moodle_user_id, xmin::text AS written_by
    FROM moodle_mart.course_performance WHERE instance = 'm1';
SELECT land_grade('m1', 10, 1, 102, 100, '2026-02-09 00:00:00Z', '2026-03-06 12:00Z') \g /dev/null
SELECT land_place('m1', 10, 2, '{student,editingteacher}', 0, '2026-03-06 12:00Z', true) \g /dev/null
SELECT land('m1', 'grade', 10, item, '10:2:' || item, NULL, '2026-03-06 12:00Z', true)
FROM unnest(ARRAY[101, 102, 103, 104, 105]) item \g /dev/null
SELECT refresh_from('m1', :newest) AS newer \gset
SELECT results_eq(
    $$SELECT moodle_user_id, moodle_role_id, graded_items, avg_performance_pct
      FROM moodle_mart.course_performance WHERE instance = 'm1' AND moodle_course_id = 10 ORDER BY 1$$,
    $$VALUES (1::bigint, 5::bigint, 5::bigint, 68.75), (3, 3, 0, 0), (4, 5, 0, 0), (5, NULL, 0, 0)$$,
    'the touched course is built anew: (75 + 100 + 50 + 50) / 4, and without who left');
SELECT is((SELECT count(*) FROM moodle_mart.course_performance mart JOIN rows_before USING (moodle_course_id, moodle_user_id)
           WHERE instance = 'm1' AND moodle_course_id = 20 AND written_by = mart.xmin::text), 3::bigint,
          'the others are not written');
SELECT is((SELECT count(*) FROM moodle_mart.user_progress WHERE instance = 'm1' AND moodle_user_id = 2), 0::bigint,
          'who left his last course is no longer in user_progress');
SELECT results_eq(
    $$SELECT moodle_user_id, iso_week, graded_items, new_grades, avg_performance_pct, performance_change_pct, status, enrolled_now
      FROM weekly
      WHERE instance = 'm1' AND moodle_course_id = 10 AND moodle_user_id < 4 AND week_start >= '2026-02-16' ORDER BY 1, 2$$,
    $$VALUES (1::bigint, '2026-W08', 5, 0, 56.25, 0.0, 'idle', true), (1, '2026-W09', 5, 0, 56.25, 0, 'idle', true),
             (1, '2026-W10', 5, 1, 68.75, 12.5, 'active', true),
             (2, '2026-W08', 3, 2, 58.3333, 33.3333, 'active', false), (2, '2026-W09', 3, 0, 58.3333, 0, 'idle', false),
             (2, '2026-W10', 0, 0, NULL, NULL, 'idle', false)$$,
    'a change without a date counts from when it was read; who left stays in the history');
SELECT is((SELECT avg_performance_pct FROM moodle_mart.course_summary WHERE instance = 'm1' AND moodle_course_id = 10),
          68.75, 'course_summary follows');
SELECT is((SELECT (students, grades, avg_performance_pct)::text FROM moodle_mart.instance_summary WHERE instance = 'm1'),
          '(2,5,68.7500)', 'instance_summary follows');
CREATE TABLE incremental AS SELECT marts() AS line;
SELECT moodle_fdw.rebuild_marts() \g /dev/null
SELECT set_eq('SELECT marts()', 'SELECT line FROM incremental', 'built step by step = built from nothing');

-- A criterion is met, then taken back; the course is completed in between.
SELECT land('m1', 'completion', 20, 4, '20:4', jsonb_build_object('completed', true, 'completions', jsonb_build_array(
                jsonb_build_object('complete', true, 'timecompleted', extract(epoch FROM timestamptz '2026-01-14 10:00Z')::bigint),
                jsonb_build_object('complete', true, 'timecompleted', extract(epoch FROM timestamptz '2026-02-24 10:00Z')::bigint))),
            '2026-03-06 12:00Z') \g /dev/null
SELECT land('m1', 'completion', 20, 4, '20:4', jsonb_build_object('completed', false, 'completions', jsonb_build_array(
                jsonb_build_object('complete', true, 'timecompleted', extract(epoch FROM timestamptz '2026-01-14 10:00Z')::bigint))),
            '2026-03-13 12:00Z') \g /dev/null
SELECT refresh_from('m1', :newer) AS newest \gset
SELECT results_eq(
    $$SELECT iso_week, criteria_done, new_criteria, criteria_total, completed_course, completed_this_week, status
      FROM weekly
      WHERE instance = 'm1' AND moodle_course_id = 20 AND moodle_user_id = 4 AND week_start >= '2026-02-09' ORDER BY 1$$,
    $$VALUES ('2026-W07', 1, 0, 1, false, false, 'stalled'), ('2026-W08', 1, 0, 1, false, false, 'stalled'),
             ('2026-W09', 2, 1, 1, true, true, 'completed'), ('2026-W10', 2, 0, 1, true, false, 'completed'),
             ('2026-W11', 1, -1, 1, false, false, 'idle')$$, 'completion goes forth and back');

-- Whose kind is what, is the user's to say.
SELECT is((SELECT role_kind FROM moodle_mart.roles WHERE instance = 'm1' AND moodle_role_id = 11), 'student',
          'by archetype, where the short name says nothing');
INSERT INTO moodle_mart.role_kinds (shortname, kind) VALUES ('LabAssistant', 'teacher');
INSERT INTO moodle_mart.role_kinds (instance, shortname, kind) VALUES ('m1', 'labassistant', 'student');
SELECT is((SELECT role_kind FROM moodle_mart.roles WHERE instance = 'm1' AND moodle_role_id = 9), 'student',
          'a rule for the instance goes before one for all');
SELECT moodle_fdw.rebuild_marts('m1') \g /dev/null
SELECT is((SELECT students FROM moodle_mart.course_summary WHERE instance = 'm1' AND moodle_course_id = 20), 3::bigint,
          'and rebuild_marts() counts by it');
DELETE FROM moodle_mart.role_kinds WHERE rank > 1;
SELECT moodle_fdw.deploy() \g /dev/null
SELECT is((SELECT count(*) FROM moodle_mart.role_kinds), 2::bigint, 'deploy() does not bring back what was deleted');
SELECT throws_ok($$INSERT INTO moodle_mart.role_kinds (shortname, kind) VALUES ('x', 'pupil')$$, '23514', NULL,
                 'an unknown kind is refused');

-- A course that is gone, its people and grades with it.
SELECT land('m1', 'course', 0, 10, '10', NULL, '2026-03-20 12:00Z', true) \g /dev/null
SELECT land('m1', entity, unit_id, moodle_id, record_key, NULL, '2026-03-20 12:00Z', true)
FROM moodle_raw.current WHERE instance = 'm1' AND unit_id = 10 ORDER BY id \g /dev/null
SELECT refresh_from('m1', :newest) AS newest \gset
SELECT is((SELECT count(*) FROM moodle_mart.course_performance WHERE instance = 'm1' AND moodle_course_id = 10)
          + (SELECT count(*) FROM moodle_mart.course_summary WHERE instance = 'm1' AND moodle_course_id = 10)
          + (SELECT count(*) FROM moodle_mart.grade_distribution WHERE instance = 'm1' AND moodle_course_id = 10)
          + (SELECT count(*) FROM moodle_mart.completion_funnel WHERE instance = 'm1' AND moodle_course_id = 10), 0::bigint,
          'a course that is gone is in no mart');
SELECT is((SELECT max(iso_week) FROM weekly WHERE instance = 'm1' AND moodle_course_id = 10
           AND moodle_user_id = 1), '2026-W12', 'but its weeks stay, to the end');
SELECT is((SELECT courses FROM moodle_mart.instance_summary WHERE instance = 'm1'), 2::bigint, 'and the instance counts two');

-- What tells nothing is kept, and breaks nothing: a course and people that are not listed, no roles,
-- a grade of an unknown item, text where a number should be, years of history.
SELECT land_place('m1', 77, 99, '{}', 0, '2026-03-21 12:00Z') \g /dev/null
SELECT land('m1', 'grade', 77, 7700, '77:99:7700', '{"graderaw": 5, "itemtype": "mod"}', '2026-03-21 12:00Z') \g /dev/null
SELECT land('m1', 'completion', 77, 99, '77:99', '{"completed": true, "completions": "none"}', '2026-03-21 12:00Z') \g /dev/null
SELECT land_place('m1', 30, 5, '{aluno}', 0, '2026-03-21 12:00Z') \g /dev/null
INSERT INTO moodle_mart.role_kinds (archetype, kind) VALUES ('student', 'student');
SELECT land('m1', 'role', 0, 11, '11', '{"id": 11, "roleid": 11, "shortname": "aluno", "archetype": "student", "name": "Aluno"}', '2026-03-21 12:00Z') \g /dev/null
SELECT land('m1', 'grade_item', 30, 301, '30:301', '{"id": 301, "itemtype": "mod", "grademin": 0, "grademax": 10}', '2026-03-21 12:00Z') \g /dev/null
SELECT land('m1', 'grade', 30, 301, '30:5:301', '{"id": 301, "itemtype": "mod", "graderaw": 12, "grademin": 0, "grademax": 10, "gradedategraded": 100000000}', '2026-03-21 12:00Z') \g /dev/null
SELECT lives_ok($$SELECT refresh_from('m1', 0)$$, 'records that do not fit together are no error');
SELECT results_eq($$SELECT course_name, username, moodle_role_id, role_kind, total_items, graded_items, avg_performance_pct, completed_course
                    FROM moodle_mart.course_performance WHERE instance = 'm1' AND moodle_course_id = 77$$,
                  $$VALUES (NULL::text, NULL::text, NULL::bigint, 'other', 0::bigint, 0::bigint, 0::numeric, true)$$,
                  'an enrolment that leads nowhere is kept');
SELECT is((SELECT (role_fullname, avg_performance_pct)::text FROM moodle_mart.course_performance
           WHERE instance = 'm1' AND moodle_course_id = 30), '(Aluno,120.0000)', 'above the bounds is above 100');
SELECT is((SELECT (bucket, grades, avg_pct)::text FROM moodle_mart.grade_distribution WHERE instance = 'm1' AND moodle_course_id = 30),
          '(10,1,120.0000)', 'and in the last step');
SELECT is((SELECT (count(*), min(iso_week))::text FROM weekly WHERE instance = 'm1' AND moodle_course_id = 30),
          '(1,1973-W09)', 'a grade of 1973');
SELECT land('m1', 'grade', 30, 301, '30:5:301', '{"id": 301, "itemtype": "mod", "graderaw": 8, "grademin": 0, "grademax": 10, "gradedategraded": 1774200000}', '2026-03-22 22:00Z') \g /dev/null
SELECT refresh_from('m1', :newest) \g /dev/null
SELECT is((SELECT (count(*), max(iso_week), max(course_week), (array_agg(avg_performance_pct ORDER BY week_start))[1],
                   (array_agg(avg_performance_pct ORDER BY week_start DESC))[1])::text
           FROM weekly WHERE instance = 'm1' AND moodle_course_id = 30),
          '(104,2026-W12,104,120.0000,80.0000)', 'of half a century, two years of rows');

-- Whatever changes, in whatever order: built step by step, the marts are what they are built from
-- nothing. Thirty rounds over a third site, the same each time.
CREATE TABLE moodle_raw.landing_m3 PARTITION OF moodle_raw.landing FOR VALUES IN ('m3');
CREATE TABLE pairs (round integer, differing bigint);
DO $$
DECLARE
    seen bigint := 0;
    at timestamptz;
    gone record;
BEGIN
    PERFORM setseed(0.4), land('m3', 'role', 0, 5, '5', '{"roleid": 5, "name": "", "shortname": "student", "archetype": "student"}', '2026-01-05'),
            land('m3', 'role', 0, 3, '3', '{"roleid": 3, "name": "", "shortname": "editingteacher"}', '2026-01-05');
    -- The first round fills the site; of the others each has one or two kinds of change, and few.
    FOR round IN 1 .. 30 LOOP
        at := timestamptz '2026-01-05 12:00Z' + round * interval '3 days 7 hours';
        PERFORM land('m3', 'course', 0, id, id::text, jsonb_build_object('id', id, 'fullname', 'C' || random(), 'format', 'topics', 'categoryid', 1 + id % 3), at)
        FROM generate_series(1, 6) id WHERE round = 1 OR round % 7 = 2 AND random() < 0.2;
        PERFORM land('m3', 'category', 0, id, id::text, jsonb_build_object('id', id, 'name', 'K' || random(), 'path', CASE id WHEN 1 THEN '/1' ELSE '/1/' || id END, 'depth', least(id, 2)), at)
        FROM generate_series(1, 3) id WHERE round IN (1, 9, 17) AND (round = 1 OR random() < 0.5);
        PERFORM land('m3', 'user', 0, id, id::text, jsonb_build_object('id', id, 'username', 'u' || random()), at, round > 1 AND random() < 0.3)
        FROM generate_series(1, 12) id WHERE round = 1 OR round % 7 = 3 AND random() < 0.2;
        PERFORM land('m3', 'grade_item', course, 10 * course + item, format('%s:%s', course, 10 * course + item),
                     jsonb_build_object('id', 10 * course + item, 'itemtype', CASE item WHEN 0 THEN 'course' ELSE 'mod' END, 'grademin', 0, 'grademax', floor(random() * 3) * 10), at)
        FROM generate_series(1, 6) course, generate_series(0, 3) item WHERE round = 1 OR round % 7 = 4 AND random() < 0.05;
        PERFORM land_place('m3', course, person, CASE WHEN random() < 0.7 THEN '{student}' ELSE '{editingteacher}' END::text[], floor(random() * 3)::bigint * 1770000000, at, round > 1 AND random() < 0.5)
        FROM generate_series(1, 6) course, generate_series(1, 12) person WHERE random() < CASE WHEN round = 1 THEN 0.6 WHEN round % 7 = 5 THEN 0.08 ELSE 0 END;
        PERFORM land_grade('m3', course, person, 10 * course + item, CASE WHEN random() < 0.8 THEN floor(random() * 20)::numeric END, CASE WHEN random() < 0.8 THEN at - random() * interval '20 days' END, at, round > 1 AND random() < 0.2)
        FROM generate_series(1, 6) course, generate_series(1, 12) person, generate_series(0, 3) item
        WHERE random() < CASE WHEN round = 1 THEN 0.5 WHEN round % 7 = 6 THEN 0.02 ELSE 0 END;
        PERFORM land('m3', 'completion', course, person, format('%s:%s', course, person), CASE WHEN random() < 0.2 THEN '{"reason": "not enrolled"}'
                     ELSE jsonb_build_object('completed', random() < 0.3, 'completions', (SELECT jsonb_agg(jsonb_build_object('complete', random() < 0.5, 'timecompleted', extract(epoch FROM at - random() * interval '15 days')::bigint)) FROM generate_series(1, 1 + person % 3))) END, at, round > 1 AND random() < 0.3)
        FROM generate_series(1, 6) course, generate_series(1, 12) person WHERE random() < CASE WHEN round = 1 THEN 0.5 WHEN round % 7 = 0 THEN 0.03 ELSE 0 END;
        seen := refresh_from('m3', seen);
        CREATE TEMP TABLE stepwise AS SELECT marts() AS line;
        PERFORM moodle_fdw.rebuild_marts('m3');
        INSERT INTO pairs SELECT round, count(*) FROM (
            (SELECT line FROM stepwise EXCEPT ALL SELECT marts()) UNION ALL
            (SELECT marts() EXCEPT ALL SELECT line FROM stepwise)) differing;
        DROP TABLE stepwise;
    END LOOP;
END $$;
SELECT results_eq('SELECT round, differing FROM pairs ORDER BY 1', 'SELECT g, 0::bigint FROM generate_series(1, 30) g',
                  'thirty rounds of anything: step by step = from nothing');
SELECT ok((SELECT count(*) FROM moodle_mart.learner_progress_weekly WHERE instance = 'm3') > 200
          AND (SELECT count(*) FROM moodle_mart.course_performance WHERE instance = 'm3') > 20, 'and not of empty marts');
-- The last state of a learner in the weeks is what staging says now.
SELECT is_empty($$SELECT weekly.moodle_course_id, weekly.moodle_user_id, weekly.graded_items, student.graded_items
                  FROM moodle_mart.learner_progress weekly
                  JOIN moodle_mart.student_performance student USING (instance, moodle_course_id, moodle_user_id)
                  WHERE instance = 'm3' AND weekly.is_latest_week
                    AND (weekly.criteria_done, weekly.completed_course) IS DISTINCT FROM
                        (student.criteria_done, student.completed_course)$$, 'the last week agrees with the present: completion');
SELECT is_empty($$SELECT weekly.moodle_course_id, weekly.moodle_user_id, weekly.graded_items, held.graded
                  FROM moodle_mart.learner_progress weekly
                  JOIN moodle_mart.student_performance student USING (instance, moodle_course_id, moodle_user_id)
                  CROSS JOIN LATERAL (SELECT count(*) AS graded FROM moodle_raw.current
                                      WHERE current.instance = weekly.instance AND entity = 'grade' AND unit_id = weekly.moodle_course_id
                                        AND record_key LIKE format('%s:%s:%%', weekly.moodle_course_id, weekly.moodle_user_id)
                                        AND data_json ->> 'itemtype' <> 'course' AND data_json ->> 'graderaw' IS NOT NULL) held
                  WHERE weekly.instance = 'm3' AND weekly.is_latest_week AND weekly.graded_items <> held.graded$$,
                'the last week agrees with the present: grades');

-- What dashboards show
SELECT is_empty($$SELECT relname FROM pg_class WHERE relnamespace = 'moodle_mart'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
                  AND obj_description(oid, 'pg_class') IS NULL$$, 'every table and view has a comment');
SELECT is_empty($$SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
                  WHERE relnamespace = 'moodle_mart'::regnamespace AND relkind IN ('r', 'v', 'm', 'p') AND attnum > 0
                    AND NOT attisdropped AND col_description(attrelid, attnum) IS NULL$$, 'every column has a comment');
SELECT lives_ok('SELECT moodle_fdw.deploy()', 'deploy() again is harmless');
SELECT is((SELECT count(*) FROM moodle_mart.course_performance WHERE instance = 'm2'), 1::bigint, 'the other site was left alone');
SELECT * FROM finish();
