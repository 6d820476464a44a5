-- A site that is fed by its own database alone: a real Moodle's, against the counts that were taken on
-- that site, and against what its database says when it is asked directly.
\ir lib/setup.sql
\ir lib/warehouse.sql
\ir lib/moodle_database.sql
SELECT plan(42);
SELECT attach('alone') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'an instance that has nothing but a database is refreshed with all others');
SELECT is((SELECT array_agg(DISTINCT layer ORDER BY layer) FROM moodle_fdw.run_steps), '{check,database,mart,stg}', 'no web service is asked');
SELECT is((SELECT count(*) FROM moodle_fdw.run_steps WHERE status <> 'completed'), 0::bigint, 'every step completes');
SELECT results_eq($$SELECT name, units_done, rows_read, rows_new FROM moodle_fdw.run_steps WHERE layer = 'database' ORDER BY ordinal$$,
                  $$VALUES ('db_user', 1::bigint, 1926::bigint, 1926::bigint), ('db_category', 1, 8, 8), ('db_course', 1, 34, 34), ('db_role', 1, 10, 10),
                           ('db_enrolment_method', 33, 106, 106), ('db_enrolment', 33, 3500, 3500), ('db_grade_item', 33, 325, 325),
                           ('db_grade', 33, 20845, 20845), ('db_completion', 33, 320, 320)$$, 'and each says what it read');
SELECT is((SELECT count(*) FROM moodle_fdw.freshness WHERE entity LIKE 'db\_%' AND NOT late), 9::bigint, 'freshness tells of each');
SELECT is((SELECT count(*) FROM moodle_fdw.data_problems WHERE severity = 'error'), 0::bigint, 'no data check says that the warehouse is not what was read');

-- What was counted there.
SELECT is((SELECT count(*) FROM moodle_stg.users), 1926::bigint, 'all users');
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE deleted = 0), (:'truth'::jsonb #>> '{totals,ws_users_email_pct}')::bigint, 'of whom not deleted: as many as web services list');
SELECT is((SELECT count(*) FROM moodle_stg.enrolments), 3500::bigint, 'enrolments');
SELECT is((SELECT ARRAY[count(*), count(*) FILTER (WHERE enabled = 1)] FROM moodle_stg.enrolment_methods), '{106,49}', 'enrolment methods, and those in use');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE finalgrade IS NOT NULL), 18102::bigint, 'grades');
SELECT is((SELECT ARRAY[count(*), sum(completionstate), count(completed_at)] FROM moodle_stg.completions), '{320,100,100}', 'completions, and the time of each that is one');
SELECT is((SELECT ARRAY[count(*), count(nullif(archetype, '')), count(sortorder)] FROM moodle_stg.roles), '{10,8,10}', 'roles, with archetypes and ranks');
CREATE VIEW counted AS
    SELECT 'db_enrolled_distinct' AS measure, moodle_course_id AS course_id, count(*) AS count FROM moodle_stg.enrolments GROUP BY 2
    UNION ALL SELECT 'ws_enrolled_users', moodle_course_id, count(*) FROM moodle_stg.enrolments GROUP BY 2
    UNION ALL SELECT 'db_enrol_enabled', moodle_course_id, count(*) FROM moodle_stg.enrolment_methods WHERE enabled = 1 GROUP BY 2
    UNION ALL SELECT 'db_grade_items', moodle_course_id, count(*) FROM moodle_stg.grade_items GROUP BY 2
    UNION ALL SELECT 'db_grade_items_not_none', moodle_course_id, count(*) FROM moodle_stg.grade_items WHERE gradetype <> 0 GROUP BY 2;
CREATE TABLE truth AS
    SELECT course.key::bigint AS course_id, measure.key AS measure, measure.value::bigint AS count
    FROM jsonb_each(:'truth'::jsonb -> 'per_course') course, jsonb_each_text(course.value) measure
    WHERE measure.value ~ '^\d+$';
SELECT is((SELECT string_agg(format('%s: %s, not %s', course_id, coalesce(counted.count, 0), truth.count), '; ')
           FROM truth LEFT JOIN counted USING (measure, course_id)
           WHERE truth.measure = wanted AND coalesce(counted.count, 0) <> truth.count), NULL, wanted || ' of each course')
FROM unnest('{db_enrolled_distinct,ws_enrolled_users,db_enrol_enabled,db_grade_items,db_grade_items_not_none}'::text[]) wanted;
SELECT set_eq('SELECT moodle_course_id, shortname, visible, enablecompletion FROM moodle_stg.courses WHERE moodle_course_id > 1',
              format($$SELECT key::bigint AS id, value ->> 'shortname' AS name, (value ->> 'visible')::integer AS visible,
                              (value ->> 'enablecompletion')::integer AS completion FROM jsonb_each(%L::jsonb -> 'per_course')$$, :'truth'),
              'each course''s name, visibility and completion tracking');

-- What the database itself says, asked directly.
CREATE FUNCTION asked(query text) RETURNS SETOF jsonb LANGUAGE sql AS $$
    SELECT said FROM dblink(current_setting('test.moodle'), format('SELECT to_jsonb(one) FROM (%s) one', query)) answer (said jsonb) $$;
SELECT set_eq($$SELECT jsonb_build_object('id', moodle_user_id, 'username', username, 'deleted', deleted) FROM moodle_stg.users WHERE deleted = 1$$,
              $$SELECT * FROM asked('SELECT id, username, deleted FROM mdl_user WHERE deleted = 1')$$, 'who was deleted');
SELECT set_eq($$SELECT jsonb_build_object('c', moodle_course_id, 'u', moodle_user_id, 's', status, 'm', method, 'ms', methods, 'tc', timecreated, 'ts', timestart, 'te', timeend) FROM moodle_stg.enrolments WHERE cardinality(methods) = 1$$,
              $$SELECT * FROM asked('SELECT courseid AS c, userid AS u, (ue.status <> 0 OR e.status <> 0)::integer AS s, enrol AS m, ARRAY[enrol] AS ms, ue.timecreated AS tc, timestart AS ts, timeend AS te
                                     FROM mdl_user_enrolments ue JOIN mdl_enrol e ON e.id = enrolid
                                     WHERE (SELECT count(*) FROM mdl_user_enrolments u2 JOIN mdl_enrol e2 ON e2.id = u2.enrolid WHERE u2.userid = ue.userid AND e2.courseid = e.courseid) = 1')$$,
              'method, status and times of whoever was enrolled once');
SELECT set_eq($$SELECT jsonb_build_object('c', moodle_course_id, 'u', moodle_user_id, 's', status, 'm', method, 'ms', methods) FROM moodle_stg.enrolments WHERE cardinality(methods) > 1$$,
              $$SELECT * FROM asked('SELECT courseid AS c, userid AS u, 0 AS s, (array_agg(enrol ORDER BY ue.status + e.status, ue.timecreated, ue.id))[1] AS m, array_agg(DISTINCT enrol) AS ms
                                     FROM mdl_user_enrolments ue JOIN mdl_enrol e ON e.id = enrolid GROUP BY 1, 2 HAVING count(DISTINCT enrol) > 1')$$,
              'of several methods the oldest that lets the person in');
SELECT set_eq($$SELECT jsonb_build_object('c', moodle_course_id, 'u', moodle_user_id, 'r', role) FROM moodle_stg.enrolments, unnest(roles) role$$,
              $$SELECT * FROM asked('SELECT DISTINCT instanceid AS c, userid AS u, roleid AS r FROM mdl_role_assignments ra JOIN mdl_context x ON x.id = contextid AND contextlevel = 50
                                     WHERE EXISTS (SELECT FROM mdl_user_enrolments ue JOIN mdl_enrol e ON e.id = enrolid WHERE e.courseid = x.instanceid AND ue.userid = ra.userid)')$$,
              'who has which roles');
SELECT set_eq($$SELECT jsonb_build_object('c', moodle_course_id, 'u', moodle_user_id, 'a', lastcourseaccess) FROM moodle_stg.enrolments WHERE lastcourseaccess > 0$$,
              $$SELECT * FROM asked('SELECT courseid AS c, userid AS u, timeaccess AS a FROM mdl_user_lastaccess l WHERE timeaccess > 0
                                     AND EXISTS (SELECT FROM mdl_user_enrolments ue JOIN mdl_enrol e ON e.id = enrolid WHERE e.courseid = l.courseid AND ue.userid = l.userid)')$$,
              'who was last there when');
SELECT set_eq($$SELECT jsonb_build_object('i', moodle_item_id, 'u', moodle_user_id, 'raw', rawgrade, 'f', finalgrade, 'o', overridden) FROM moodle_stg.grades$$,
              $$SELECT * FROM asked('SELECT itemid AS i, userid AS u, rawgrade AS raw, finalgrade AS f, (overridden > 0)::integer AS o FROM mdl_grade_grades')$$,
              'raw and final grades');
SELECT cmp_ok((SELECT count(*) FROM moodle_stg.grades WHERE rawgrade IS DISTINCT FROM finalgrade), '>', 0::bigint, 'which are not the same');
SELECT bag_eq('SELECT DISTINCT status FROM moodle_stg.grades WHERE status IS NOT NULL', $$VALUES ('novalue'), ('dropped'), ('extra')$$, 'a grade that counts has no status, as in the report');
SELECT set_eq($$SELECT jsonb_build_object('c', moodle_course_id, 'u', moodle_user_id, 'at', extract(epoch FROM completed_at)::bigint, 'started', extract(epoch FROM started_at)::bigint) FROM moodle_stg.completions$$,
              $$SELECT * FROM asked('SELECT course AS c, userid AS u, timecompleted AS at, nullif(timestarted, 0) AS started FROM mdl_course_completions')$$, 'times of completion');
SELECT set_eq($$SELECT jsonb_build_object('c', moodle_course_id, 'u', moodle_user_id, 'done', criteria_done) FROM moodle_stg.completions WHERE criteria_done > 0$$,
              $$SELECT * FROM asked('SELECT course AS c, userid AS u, count(*) AS done FROM mdl_course_completion_crit_compl k JOIN mdl_course_completions USING (course, userid)
                                     WHERE k.timecompleted IS NOT NULL GROUP BY 1, 2')$$, 'criteria that are met');
SELECT set_eq($$SELECT jsonb_build_object('i', moodle_item_id, 't', gradetype, 's', scaleid, 'max', grademax, 'h', hidden) FROM moodle_stg.grade_items$$,
              $$SELECT * FROM asked('SELECT id AS i, gradetype AS t, scaleid AS s, grademax AS max, (hidden = 1 OR hidden > extract(epoch FROM now()))::integer AS h FROM mdl_grade_items WHERE courseid > 1')$$,
              'grade items');

-- The marts stand on it as on anything.
SELECT is((SELECT sum(participants) FROM moodle_mart.course_summary), 3500::numeric, 'course_summary counts them');
SELECT is((SELECT ARRAY[users, deleted_too] FROM (SELECT users, (SELECT count(*) FROM moodle_stg.users) AS deleted_too FROM moodle_mart.instance_summary) one), '{1915,1926}',
          'instance_summary leaves the deleted out');
SELECT is((SELECT count(*) FROM moodle_mart.course_performance WHERE enrolment_timecreated IS NULL), 0::bigint, 'everybody has a time of enrolment');
SELECT is((SELECT string_agg(DISTINCT role_kind, ',' ORDER BY role_kind) FROM moodle_mart.course_performance WHERE role_name IN ('student', 'editingteacher')), 'student,teacher', 'kinds of roles, by archetype');
SELECT cmp_ok((SELECT count(*) FROM moodle_mart.learner_progress_weekly WHERE graded_items > 0), '>', 100::bigint, 'learners'' weeks');
SELECT is((SELECT count(*) FROM moodle_mart.learner_progress_weekly WHERE completed_this_week), (SELECT count(*) FROM moodle_mart.course_performance WHERE counts_as_student AND completed_course), 'each completion in its week');

-- Unchanged.
CALL measure();
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'again');
SELECT is_empty('SELECT * FROM written_since()', 'an unchanged database writes nothing at all');

-- Broken off, and in portions: what is done is not read again.
SELECT moodle_fdw.purge_instance('alone') \gset ignored_
SELECT moodle_fdw.begin_run('{alone}', moodle_fdw.chosen_entities(NULL), true) AS broken \gset
UPDATE moodle_fdw.run_steps SET portion = 7 WHERE run_id = :broken AND layer = 'database';
UPDATE moodle_fdw.run_steps SET at_course = 20, units_done = 19, status = 'running' WHERE run_id = :broken AND name = 'db_enrolment';
CALL moodle_fdw.refresh();
SELECT is((SELECT ARRAY[run_id, resumed] FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1), ARRAY[:broken, 1]::bigint[], 'a refresh that broke off is taken up again');
SELECT set_eq('SELECT DISTINCT moodle_course_id > 20 FROM moodle_stg.enrolments', 'VALUES (true)', 'where it stopped');
SELECT is((SELECT units_done FROM moodle_fdw.run_steps WHERE run_id = :broken AND name = 'db_grade'), 33::bigint, 'courses by sevens are as many');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE finalgrade IS NOT NULL), 18102::bigint, 'with the same grades');
SELECT finish();
