-- Somebody is forgotten: everywhere, every version, and for good.
\ir lib/setup.sql
\ir lib/warehouse.sql
\ir lib/privacy.sql
\ir lib/privacy_roles.sql
SELECT no_plan();
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
-- A student of several courses with grades, and a teacher whom a course names.
SELECT moodle_user_id AS him FROM moodle_mart.course_performance WHERE counts_as_student AND graded_items > 0
GROUP BY 1 HAVING count(*) >= 3 ORDER BY 1 LIMIT 1 \gset
SELECT (contacts -> 0 ->> 'id')::bigint AS teacher, contacts -> 0 ->> 'fullname' AS teacher_name, moodle_course_id AS taught
FROM moodle_stg.courses WHERE jsonb_array_length(contacts) > 0 ORDER BY moodle_course_id LIMIT 1 \gset
SELECT format('{"rename_user": %s, "lastname": "Earlier-Name"}', :him) AS rename \gset
SELECT sim_ask('/__sim/mutate', :'rename') \gset ignored_
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
SELECT email, username, fullname, lower(username) AS lowered FROM moodle_stg.users WHERE moodle_user_id = :him \gset his_
CREATE TABLE him AS SELECT moodle_user_id AS id FROM moodle_stg.users WHERE moodle_user_id = :him;
SELECT moodle_stg.add_events_month(now()::date) \gset ignored_
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, real_user_id, related_user_id, course_id, component, action, target, context_level, context_instance_id, other)
SELECT 'sim', n, now(), user_id, real_id, related_id, 2, 'core', 'viewed', 'user', 50, 2, other::jsonb
FROM (VALUES (1, :him, NULL, NULL, '{"a": 1}'), (2, 3, NULL, :him, '{"graded": 1}'), (3, 3, :him, NULL, NULL), (4, 3, NULL, NULL, format('{"username": %s}', to_json(:'his_username'::text))),
             (5, 3, NULL, NULL, format('{"relateduserid": "%s"}', :him)), (6, 3, NULL, 1, '{"kept": 1}')) event(n, user_id, real_id, related_id, other);
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, course_id, component, action, target, context_level, context_instance_id)
VALUES ('elsewhere', 1, now(), :him, 2, 'core', 'viewed', 'user', 50, 2);
CREATE TABLE moodle_mart.graded (instance text, moodle_user_id bigint, grader_id bigint NOT NULL, changed_by bigint);
INSERT INTO moodle_mart.graded VALUES ('sim', 3, :him, :him), ('sim', :him, 3, 3);
ALTER TABLE moodle_mart.graded OWNER TO moodle_admin;
INSERT INTO moodle_fdw.data_checks (instance, check_name, table_name, severity, failed_rows, examples)
VALUES ('sim', 'tap', 'grades', 'note', 1, format('[{"moodle_user_id": %s, "finalgrade": 3}]', :him)::jsonb);
ANALYZE moodle_raw.landing;
CREATE TABLE others AS
    SELECT 'users' AS of, to_jsonb(one) AS row FROM moodle_stg.users one WHERE moodle_user_id <> :him
    UNION ALL SELECT 'grades', to_jsonb(one) FROM moodle_stg.grades one WHERE moodle_user_id <> :him
    UNION ALL SELECT 'performance', to_jsonb(one) - 'ts_generated' FROM moodle_mart.course_performance one WHERE moodle_user_id <> :him
    UNION ALL SELECT 'landing', jsonb_build_object('id', id) FROM moodle_raw.landing
              WHERE NOT (entity = 'user' AND record_key = :him::text OR split_part(record_key, ':', 2) = :him::text AND entity IN ('enrolment', 'grade', 'completion'));
CREATE VIEW others_now AS
    SELECT 'users' AS of, to_jsonb(one) AS row FROM moodle_stg.users one
    UNION ALL SELECT 'grades', to_jsonb(one) FROM moodle_stg.grades one
    UNION ALL SELECT 'performance', to_jsonb(one) - 'ts_generated' FROM moodle_mart.course_performance one
    UNION ALL SELECT 'landing', jsonb_build_object('id', id) FROM moodle_raw.landing;
SELECT sum(students) AS students_before FROM moodle_mart.course_summary \gset
SELECT count(*) AS his_courses FROM moodle_mart.course_performance WHERE moodle_user_id = :him AND counts_as_student \gset
SELECT ok(EXISTS (SELECT FROM places_of(ARRAY[:'his_email', :'his_fullname'])), 'he stands in the warehouse');

SET SESSION AUTHORIZATION tap_alice;
SELECT set_has(format($$SELECT place FROM moodle_fdw.forget_user('sim', %s)$$, :him),
               $$SELECT unnest('{moodle_raw.landing,moodle_stg.users,moodle_stg.enrolments,moodle_stg.grades,moodle_stg.completions,moodle_stg.events,moodle_mart.course_performance,moodle_mart.user_progress,moodle_mart.learner_progress_weekly}'::text[])$$,
               'an administrator forgets him, and is told where he stood');
RESET SESSION AUTHORIZATION;
CREATE FUNCTION rows_of_him() RETURNS TABLE (relation text, column_name text, rows bigint) LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT attrelid::regclass AS name, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
               WHERE relnamespace::regnamespace::text IN ('moodle_stg', 'moodle_mart') AND relkind = 'r' AND attnum > 0
                 AND attname ~ 'user_?id$|grader_id|changed_by' AND atttypid = 'bigint'::regtype LOOP
        RETURN QUERY EXECUTE format('SELECT %L, %L, count(*) FROM %s WHERE instance = ''sim'' AND %I = (SELECT id FROM him) HAVING count(*) > 0',
                                    one.name, one.attname, one.name, one.attname);
    END LOOP;
    RETURN QUERY SELECT 'landing of ' || entity, record_key::text, count(*) FROM moodle_raw.landing, him
        WHERE instance = 'sim' AND entity NOT IN ('course', 'category', 'role', 'grade_item', 'enrolment_method')
          AND him.id::text = split_part(record_key, ':', CASE entity WHEN 'user' THEN 1 ELSE 2 END) GROUP BY 1, 2;
END $$;
SELECT is_empty('SELECT * FROM rows_of_him()', 'no row is left of him');
SELECT is_empty(format('SELECT relation, found FROM places_of(%L)', ARRAY[:'his_email', :'his_fullname', 'Earlier-Name']), 'nor his name, in no version, log or statistics');
SELECT bag_eq('SELECT * FROM others_now', 'SELECT * FROM others', 'others are as they were');
SELECT is((SELECT sum(students) FROM moodle_mart.course_summary), :students_before::numeric - :his_courses, 'figures are without him');
SELECT results_eq('SELECT event_id::int, related_user_id, other FROM moodle_stg.events WHERE instance = ''sim'' ORDER BY 1',
                  $$VALUES (2, NULL::bigint, NULL::jsonb), (4, NULL, NULL), (5, NULL, NULL), (6, 1::bigint, '{"kept": 1}'::jsonb)$$, 'events of others name him no more');
SELECT results_eq('SELECT moodle_user_id::int, grader_id::int, changed_by FROM moodle_mart.graded', 'VALUES (3, 0, NULL::bigint)', 'who graded is nobody, the grade stays');
INSERT INTO moodle_mart.graded SELECT 'sim', 5, id, id FROM him;
SELECT results_eq('SELECT grader_id::int, changed_by FROM moodle_mart.graded WHERE moodle_user_id = 5', 'VALUES (0, NULL::bigint)', 'when it comes again too');
SELECT is((SELECT count(*) FROM moodle_stg.events WHERE instance = 'elsewhere'), 1::bigint, 'the same number elsewhere is somebody else');
SELECT is((SELECT count(*) FROM moodle_fdw.data_checks WHERE check_name = 'tap'), 0::bigint, 'examples of wrong rows go');
SELECT results_eq('SELECT action, instance, moodle_user_id, by_role FROM moodle_fdw.privacy_log', format($$VALUES ('forget_user', 'sim', %s::bigint, 'tap_alice')$$, :him), 'it is logged');

-- For good.
SELECT all_versions() AS versions_before \gset
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
SELECT is(last_status(), 'completed', 'the next refresh');
SELECT is(all_versions(), :versions_before::bigint, 'lands nothing');
SELECT sim_ask('/__sim/mutate', format('{"bump_user": %s}', :him)) \gset ignored_
SELECT sim_ask('/__sim/mutate', format('{"bump_grade": 2, "user": %s}', :him)) \gset ignored_
SELECT sim_ask('/__sim/mutate', '{"bump_course": 2}') \gset ignored_
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh(full_scan => true);
RESET SESSION AUTHORIZATION;
SELECT is(last_status(), 'completed', 'one that finds him changed');
SELECT is_empty('SELECT * FROM rows_of_him()', 'does not bring him back');
SELECT is_empty($$SELECT check_name, table_name FROM moodle_fdw.data_problems WHERE severity = 'error'$$, 'and staging is as landed');
SELECT moodle_fdw.rebuild_marts() \gset ignored_
SELECT is_empty('SELECT * FROM rows_of_him()', 'nor does a rebuild');
INSERT INTO moodle_stg.users (instance, moodle_user_id, username, ts_extract) SELECT 'sim', id, 'him', now() FROM him;
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, related_user_id, course_id, component, action, target, context_level, context_instance_id)
SELECT 'sim', n, now(), actor, related, 2, 'core', 'viewed', 'user', 50, 2 FROM him, LATERAL (VALUES (11, id, NULL), (12, 3, id), (13, 3, 1)) event(n, actor, related);
SELECT is_empty('SELECT * FROM rows_of_him()', 'nor what comes from elsewhere');
SELECT results_eq('SELECT event_id::int, related_user_id FROM moodle_stg.events WHERE event_id > 10 ORDER BY 1', 'VALUES (12, NULL::bigint), (13, 1::bigint)', 'rows of others come without him');
UPDATE moodle_stg.events SET related_user_id = (SELECT id FROM him) WHERE event_id = 13;
SELECT is((SELECT related_user_id FROM moodle_stg.events WHERE event_id = 13), NULL, 'by a change, too');

-- Whom a course names.
SELECT ok(:'teacher_name' = ANY (ARRAY(SELECT person ->> 'fullname' FROM moodle_stg.courses, jsonb_array_elements(contacts) person)), 'a course names its teacher');
SELECT moodle_fdw.forget_user('sim', :teacher, rebuild => false) \g /dev/null
SELECT is_empty(format($$SELECT moodle_course_id FROM moodle_stg.courses WHERE contacts @> '[{"id": %1$s}]'
                         UNION ALL SELECT id FROM moodle_raw.landing WHERE entity = 'course' AND data_json -> 'contacts' @> '[{"id": %1$s}]'$$, :teacher),
                'forgotten, no more, in no version');
SELECT sim_ask('/__sim/mutate', format('{"bump_course": %s}', :taught)) \gset ignored_
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
SELECT cmp_ok((landed('course')).changed, '>=', 1::bigint, 'the course has changed');
SELECT is_empty(format($$SELECT moodle_course_id FROM moodle_stg.courses WHERE contacts @> '[{"id": %1$s}]'
                         UNION ALL SELECT id FROM moodle_raw.landing WHERE entity = 'course' AND data_json -> 'contacts' @> '[{"id": %1$s}]'$$, :teacher),
                'and does not name him again');

-- Upkeep.
SELECT string_agg(oid::text, ',' ORDER BY oid) AS triggers FROM pg_trigger WHERE tgname ~ '^moodle_fdw_guard' \gset
SET SESSION AUTHORIZATION tap_alice;
SELECT lives_ok('SELECT moodle_fdw.deploy()', 'deploy()');
CREATE TABLE moodle_mart.later (instance text, user_id bigint);
SELECT moodle_fdw.deploy() \gset ignored_
INSERT INTO moodle_mart.later SELECT 'sim', :him;
RESET SESSION AUTHORIZATION;
SELECT matches((SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_trigger WHERE tgname ~ '^moodle_fdw_guard'), '^' || :'triggers', 'leaves the guards that are right');
SELECT is((SELECT count(*) FROM moodle_mart.later), 0::bigint, 'and guards what is new');
SELECT is(cardinality(ARRAY(SELECT place FROM moodle_fdw.forget_user('sim', :him))), 0, 'to forget him again finds nothing');
SELECT throws_ok('SELECT moodle_fdw.forget_user(NULL, 1)', '22004', NULL, 'nobody is nobody');
SELECT throws_ok($$SELECT moodle_fdw.forget_user('sim', NULL)$$, '22004', NULL, 'likewise');
-- Remembered again.
SET SESSION AUTHORIZATION tap_alice;
DELETE FROM moodle_fdw.forgotten WHERE moodle_user_id = :him;
SELECT moodle_fdw.deploy() \gset ignored_
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh(full_scan => true);
RESET SESSION AUTHORIZATION;
SELECT is((SELECT email FROM moodle_stg.users WHERE moodle_user_id = :him), :'his_email', 'who is taken off the list comes back with the next refresh');

SELECT * FROM finish();
SELECT moodle_fdw.remove_instance('sim', purge => true) \gset ignored_
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_alice,tap_bot,moodle_reader,moodle_etl,moodle_admin}'::text[]) name \gexec
