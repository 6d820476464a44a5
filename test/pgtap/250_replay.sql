-- From a real Moodle 4.5.6's recorded answers to the marts, against the counts that were taken on that
-- site itself, in its database and by its web services. Not every course's answers were recorded: a
-- course without them is refused by the replay, and has to be told as passed over.
\ir lib/setup.sql
\ir lib/warehouse.sql
\getenv replay MOODLE_REPLAY_URL
SELECT moodle_fdw.remove_instance('sim', purge => true) \gset ignored_
SELECT moodle_fdw.add_instance('real', :'replay', 'replay', '{"retries": "0"}') \gset ignored_
\set truth `cat ../data/recordings/_ground_truth_counts.json`
SELECT plan(38);

CREATE TABLE truth AS
    SELECT course.key::bigint AS course_id, measure.key AS measure, measure.value::bigint AS count
    FROM jsonb_each(:'truth'::jsonb -> 'per_course') course, jsonb_each_text(course.value) measure
    WHERE measure.value ~ '^\d+$';
CREATE TABLE recorded (entity text, course_ids bigint[]);
INSERT INTO recorded VALUES ('enrolment', '{14,15,18,22,24,28}'), ('grade', '{14,22,30}'),
                            ('enrolment_method', '{14,15,16,17,18,20,22,24,28}');

CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed with errors', 'what was not recorded is told');
SELECT is((SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id = last_run() AND status <> 'completed'), 0::bigint, 'every step completes');
SELECT results_eq($$SELECT name, units_done, units_failed FROM moodle_fdw.run_steps WHERE run_id = last_run() AND name IN (SELECT entity FROM recorded) ORDER BY 1$$,
                  $$SELECT entity, cardinality(course_ids)::bigint, 33::bigint - cardinality(course_ids) FROM recorded ORDER BY 1$$,
                  'of 33 courses each step read those that were recorded');
SELECT set_eq($$SELECT name, substr(unit, 8)::bigint AS course_id FROM moodle_fdw.run_errors WHERE run_id = last_run() AND name IN (SELECT entity FROM recorded)$$,
              $$SELECT entity, course_id FROM recorded, (SELECT DISTINCT course_id FROM truth) all_of WHERE course_id <> ALL (course_ids)$$,
              'and run_errors names each of the others');
SELECT results_eq($$SELECT units_done, units_failed FROM moodle_fdw.run_steps WHERE run_id = last_run() AND name = 'completion'$$,
                  $$SELECT count(*), 489 - count(*) FROM moodle_raw.landing WHERE entity = 'completion'$$, 'completions: those pairs that were recorded');
SELECT results_eq($$SELECT name, requests FROM moodle_fdw.run_steps WHERE run_id = last_run() AND requests > 0 ORDER BY 1$$,
                  $$VALUES ('category', 1::bigint), ('completion', 489), ('course', 1), ('enrolment', 33), ('enrolment_method', 33), ('grade', 33), ('user', 1)$$,
                  'each course and each place was asked for once');

-- What the whole site's counts say.
SELECT is((SELECT count(*) FROM moodle_raw.current WHERE entity = 'user'), (:'truth'::jsonb #>> '{totals,ws_users_email_pct}')::bigint, 'users');
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE deleted = 0), (:'truth'::jsonb #>> '{totals,ws_users_email_pct}')::bigint, 'users in staging');
SELECT is((SELECT count(*) FROM moodle_raw.current WHERE entity = 'course'), (:'truth'::jsonb #>> '{totals,ws_courses}')::bigint, 'courses, the front page with them');
SELECT set_eq('SELECT moodle_course_id, shortname, visible, enablecompletion FROM moodle_stg.courses WHERE moodle_course_id > 1',
              format($$SELECT key::bigint AS id, value ->> 'shortname' AS name, (value ->> 'visible')::integer AS visible,
                              (value ->> 'enablecompletion')::integer AS completion FROM jsonb_each(%L::jsonb -> 'per_course')$$, :'truth'),
              'each course''s name, visibility and completion tracking');

-- Each course's, layer by layer: what was counted there, and what is here.
CREATE VIEW counted AS
    SELECT measure, layer, course_id, count FROM (
        SELECT 'ws_enrolled_users' AS measure, 'raw' AS layer, unit_id AS course_id, count(*) AS count
        FROM moodle_raw.current WHERE entity = 'enrolment' GROUP BY unit_id
        UNION ALL SELECT 'ws_enrolled_users', 'stg', moodle_course_id, count(*) FROM moodle_stg.enrolments GROUP BY 3
        UNION ALL SELECT 'ws_enrolled_users', 'mart', moodle_course_id, count(DISTINCT moodle_user_id) FROM moodle_mart.course_performance GROUP BY 3
        UNION ALL SELECT 'ws_enrolled_users', 'summary', moodle_course_id, participants FROM moodle_mart.course_summary
        UNION ALL SELECT 'db_enrolled_distinct', 'stg', moodle_course_id, count(*) FROM moodle_stg.enrolments GROUP BY 3
        UNION ALL SELECT 'ws_user_roles', 'raw', unit_id, sum(jsonb_array_length(data_json -> 'roles'))
        FROM moodle_raw.current WHERE entity = 'enrolment' GROUP BY unit_id
        UNION ALL SELECT 'ws_user_roles', 'stg', moodle_course_id, sum(cardinality(roles)) FROM moodle_stg.enrolments GROUP BY 3
        UNION ALL SELECT 'ws_user_roles', 'mart', moodle_course_id, count(moodle_role_id) FROM moodle_mart.course_performance GROUP BY 3
        UNION ALL SELECT 'ws_grade_rows', 'raw', unit_id, count(*) FROM moodle_raw.current WHERE entity = 'grade' GROUP BY unit_id
        UNION ALL SELECT 'ws_grade_rows', 'stg', moodle_course_id, count(*) FROM moodle_stg.grades GROUP BY 3
        UNION ALL SELECT 'ws_grade_users', 'raw', unit_id, count(DISTINCT split_part(record_key, ':', 2)) FROM moodle_raw.current WHERE entity = 'grade' GROUP BY unit_id
        UNION ALL SELECT 'ws_grade_users', 'stg', moodle_course_id, count(DISTINCT moodle_user_id) FROM moodle_stg.grades GROUP BY 3
        UNION ALL SELECT 'ws_nonnull_graderaw', 'raw', unit_id, count(data_json ->> 'graderaw') FROM moodle_raw.current WHERE entity = 'grade' GROUP BY unit_id
        UNION ALL SELECT 'ws_nonnull_graderaw', 'stg', moodle_course_id, count(finalgrade) FROM moodle_stg.grades GROUP BY 3
        UNION ALL SELECT 'ws_grade_items_distinct', 'raw', unit_id, count(*) FROM moodle_raw.current WHERE entity = 'grade_item' GROUP BY unit_id
        UNION ALL SELECT 'ws_grade_items_distinct', 'stg', moodle_course_id, count(*) FROM moodle_stg.grade_items GROUP BY 3
        UNION ALL SELECT 'db_grade_items_not_none', 'stg', moodle_course_id, count(*) FROM moodle_stg.grade_items GROUP BY 3
        UNION ALL SELECT 'db_grade_items', 'stg', moodle_course_id, count(*) FROM moodle_stg.grade_items GROUP BY 3
        UNION ALL SELECT 'ws_enrol_methods', 'raw', unit_id, count(*) FROM moodle_raw.current WHERE entity = 'enrolment_method' GROUP BY unit_id
        UNION ALL SELECT 'ws_enrol_methods', 'stg', moodle_course_id, count(*) FROM moodle_stg.enrolment_methods GROUP BY 3
        UNION ALL SELECT 'db_enrol_enabled', 'stg', moodle_course_id, count(*) FROM moodle_stg.enrolment_methods GROUP BY 3) all_of;
-- How far one is from the other, over the courses that were recorded.
CREATE FUNCTION compare(of_measure text, of_layer text, of_entity text, OUT courses bigint, OUT total bigint, OUT apart text)
    LANGUAGE sql AS $$
    SELECT count(*), coalesce(sum(counted.count), 0),
           string_agg(format('%s: %s, not %s', course_id, coalesce(counted.count, 0), truth.count), '; ' ORDER BY course_id)
               FILTER (WHERE coalesce(counted.count, 0) <> truth.count)
    FROM truth
    JOIN recorded ON recorded.entity = of_entity AND course_id = ANY (course_ids)
    LEFT JOIN (SELECT * FROM counted WHERE measure = of_measure AND layer = of_layer) counted USING (course_id)
    WHERE truth.measure = of_measure
    $$;
CREATE FUNCTION equal(of_measure text, of_layer text, of_entity text, of_total bigint) RETURNS text LANGUAGE sql AS $$
    SELECT is(compare(of_measure, of_layer, of_entity),
              ROW((SELECT cardinality(course_ids)::bigint FROM recorded WHERE entity = of_entity), of_total, NULL::text)::record,
              format('%s in %s', of_measure, of_layer)) $$;
SELECT equal('ws_enrolled_users', layer, 'enrolment', 489) FROM unnest('{raw,stg,mart,summary}'::text[]) layer;
SELECT equal('db_enrolled_distinct', 'stg', 'enrolment', 489);
SELECT equal('ws_user_roles', 'raw', 'enrolment', 509);
SELECT equal('ws_grade_rows', layer, 'grade', 942) FROM unnest('{raw,stg}'::text[]) layer;
SELECT equal('ws_grade_users', layer, 'grade', 59) FROM unnest('{raw,stg}'::text[]) layer;
SELECT equal('ws_nonnull_graderaw', layer, 'grade', 501) FROM unnest('{raw,stg}'::text[]) layer;
SELECT equal('ws_grade_items_distinct', layer, 'grade', 24) FROM unnest('{raw,stg}'::text[]) layer;
SELECT equal('ws_enrol_methods', layer, 'enrolment_method', 9) FROM unnest('{raw,stg}'::text[]) layer;

-- One role by two ways, by hand and by cohort, is one role in staging and one row in the mart.
SELECT is((SELECT array_agg((compare('ws_user_roles', layer, 'enrolment')).apart) FROM unnest('{stg,mart}'::text[]) layer),
          '{"24: 293, not 313","24: 293, not 313"}', 'course 24: 20 assignments are of a role that the person has already');
SELECT is((SELECT count(*) FROM (SELECT 1 FROM moodle_raw.current, jsonb_array_elements(data_json -> 'roles') role
                                 WHERE entity = 'enrolment' AND unit_id = 24 GROUP BY record_key, role ->> 'roleid' HAVING count(*) = 2) twice),
          20::bigint, 'as the recorded answers have it');

-- What web services cannot see of what the database has, one by one.
SELECT is((compare('db_grade_items_not_none', 'stg', 'grade')).apart, '22: 0, not 1',
          'course 22 has nobody in it: items are had from people''s reports, so its total is not seen');
SELECT is((compare('db_grade_items', 'stg', 'grade')).apart, '14: 18, not 19; 22: 0, not 1',
          'course 14: an item of grade type "none" is in no report');
SELECT is((compare('db_enrol_enabled', 'stg', 'enrolment_method')).apart,
          '14: 2, not 3; 15: 0, not 2; 16: 1, not 2; 17: 1, not 2; 18: 1, not 2; 20: 1, not 2; 22: 1, not 2; 24: 1, not 3; 28: 1, not 3',
          'only the methods by which people enrol themselves are listed: no manual one, no cohort');

-- Worked by hand from the recordings.
SELECT results_eq($$SELECT total_items, graded_items, round(avg_performance_pct, 2), completed_course FROM moodle_mart.course_performance
                    WHERE moodle_course_id = 14 AND moodle_user_id = 114$$,
                  $$SELECT count(*), count(raw ->> 'graderaw'),
                           round(avg(((raw ->> 'graderaw')::numeric - (raw ->> 'grademin')::numeric)
                               / nullif((raw ->> 'grademax')::numeric - (raw ->> 'grademin')::numeric, 0)) * 100, 2), false
                    FROM jsonb_array_elements(moodle_fdw.call('real', 'gradereport_user_get_grade_items', '{"courseid": 14, "userid": 0}') -> 'usergrades') report,
                         jsonb_array_elements(report -> 'gradeitems') raw
                    WHERE (report ->> 'userid')::bigint = 114 AND raw ->> 'itemtype' NOT IN ('course', 'category')$$,
                  'a student''s row of course_performance');
SELECT results_eq($$SELECT completionstate, criteria_done, criteria_total, completed_at FROM moodle_stg.completions WHERE (moodle_course_id, moodle_user_id) = (14, 149)$$,
                  $$VALUES (1, 4, 4, to_timestamp(1795187452))$$, 'a completed course, with the time of its last criterion');
SELECT is((SELECT reason FROM moodle_stg.completions WHERE (moodle_course_id, moodle_user_id) = (14, 103)),
          'not enrolled in a role whose completion is tracked', 'a teacher''s completion is a reason');
SELECT results_eq($$SELECT shortname::text FROM moodle_stg.roles ORDER BY 1$$,
                  $$SELECT DISTINCT role ->> 'shortname' FROM moodle_raw.current, jsonb_array_elements(data_json -> 'roles') role WHERE entity = 'enrolment' ORDER BY 1$$,
                  'roles');
SELECT is((SELECT count(*) FROM moodle_fdw.data_problems WHERE severity = 'error'), 0::bigint, 'no data check says that the warehouse is not what was served');

-- Again: the same answers write nothing.
SELECT count(*) AS versions FROM moodle_raw.landing \gset first_
CALL moodle_fdw.refresh();
SELECT is((SELECT count(*) FROM moodle_raw.landing), :first_versions::bigint, 'the same answers again land nothing, and nothing is gone');
SELECT moodle_fdw.remove_instance('real', purge => true) \gset ignored_
SELECT is((SELECT count(*) FROM moodle_raw.landing) + (SELECT count(*) FROM moodle_stg.grades) + (SELECT count(*) FROM moodle_mart.course_performance),
          0::bigint, 'purge takes all of an instance');
SELECT finish();
