-- The landing: everything once, nothing twice, each change one version, each loss one mark.
\ir lib/setup.sql
\ir lib/warehouse.sql
SELECT plan(101);

-- The first refresh lands everything once.
SELECT reset_stats() \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'the first refresh completes');
CREATE TABLE first_asked AS
    SELECT asked ->> 'function' AS function, asked -> 'arguments' AS arguments
    FROM jsonb_array_elements(sim_ask('/__sim/requests')::jsonb) asked
    WHERE asked ->> 'function' <> '';
SELECT is((SELECT count(*) FROM first_asked),
          (SELECT count(DISTINCT (function, arguments)) FROM first_asked), 'nothing is asked twice');
SELECT ok((SELECT count(*) FROM first_asked) > 500, 'of what was asked');
CREATE TABLE live AS
    SELECT 'user' AS entity, user_id::text AS key, raw FROM sim.users
    UNION ALL SELECT 'course', course_id::text, raw FROM sim.courses
    UNION ALL SELECT 'category', category_id::text, raw FROM sim.categories
    UNION ALL SELECT 'enrolment_method', method_id::text, raw FROM sim.enrolment_methods
    UNION ALL SELECT DISTINCT 'enrolment', course_id || ':' || user_id, raw FROM sim.participants WHERE course_id > 1
    UNION ALL SELECT 'grade', course_id || ':' || user_id || ':' || item_id, raw FROM sim.grades
    UNION ALL SELECT 'completion', course_id || ':' || user_id,
                     coalesce(raw, jsonb_build_object('reason', reason)) FROM sim.completions;
SELECT bag_eq($$SELECT entity, record_key, data_json FROM moodle_raw.landing
                WHERE entity NOT IN ('role', 'grade_item')$$,
              'SELECT entity, key COLLATE "C", raw FROM live', 'the landing is what the site serves, each record once');
SELECT set_eq('SELECT DISTINCT entity FROM moodle_raw.landing', 'SELECT entity FROM moodle_fdw.raw_entities',
              'of every entity');
SELECT set_eq($$SELECT moodle_id, data_json ->> 'shortname' FROM moodle_raw.landing WHERE entity = 'role'$$,
              $$SELECT DISTINCT (role ->> 'roleid')::bigint, role ->> 'shortname'
                FROM live, jsonb_array_elements(raw -> 'roles') role WHERE entity = 'enrolment'$$,
              'roles are those that participants have');
SELECT set_eq($$SELECT record_key, data_json ->> 'itemname' AS name, data_json ->> 'itemtype' AS type,
                       data_json -> 'grademax' AS most
                FROM moodle_raw.landing WHERE entity = 'grade_item'$$,
              $$SELECT DISTINCT split_part(key, ':', 1) || ':' || split_part(key, ':', 3), raw ->> 'itemname' AS name,
                       raw ->> 'itemtype' AS type, raw -> 'grademax' AS most FROM live WHERE entity = 'grade'$$,
              'grade items are those of the grades');
SELECT is((SELECT count(*) FROM moodle_raw.landing
           WHERE previous_id IS NOT NULL OR is_deleted OR run_id <> last_run() OR length(hash_content) <> 16),
          0::bigint, 'first versions of this run, with their md5');
SELECT is((SELECT count(*) FROM moodle_raw.landing WHERE entity IN ('user', 'course', 'category', 'role') AND unit_id <> 0
              OR entity IN ('enrolment', 'grade', 'grade_item', 'completion')
                 AND unit_id <> split_part(record_key, ':', 1)::bigint),
          0::bigint, 'the unit is the course whose answer held it, or the site');
SELECT is((SELECT count(*) FROM moodle_raw.landing
           WHERE moodle_id <> split_part(record_key, ':', array_length(string_to_array(record_key, ':'), 1))::bigint),
          0::bigint, 'moodle_id is the last part of the key');
SELECT results_eq('SELECT entity, count(*) FROM moodle_raw.landing GROUP BY 1 ORDER BY 1',
                  $$SELECT name, rows_new FROM moodle_fdw.run_steps WHERE layer = 'raw' AND name NOT IN ('role', 'grade_item')
                    UNION ALL SELECT name, rows_changed FROM moodle_fdw.run_steps WHERE layer = 'raw' AND name IN ('role', 'grade_item')
                    ORDER BY 1$$, 'the steps counted them');
SELECT results_eq($$SELECT 'completions', count(*) FROM moodle_stg.completions
                    UNION ALL SELECT 'courses', count(*) FROM moodle_stg.courses
                    UNION ALL SELECT 'enrolments', count(*) FROM moodle_stg.enrolments
                    UNION ALL SELECT 'grade_items', count(*) FROM moodle_stg.grade_items
                    UNION ALL SELECT 'grades', count(*) FROM moodle_stg.grades
                    UNION ALL SELECT 'users', count(*) FROM moodle_stg.users$$,
                  $$SELECT entity || 's', count(*) FROM moodle_raw.current
                    WHERE entity IN ('completion', 'course', 'enrolment', 'grade_item', 'grade', 'user')
                    GROUP BY 1 ORDER BY replace(entity || 's', 'grade_items', 'grade_items')$$,
                  'staging has a row for each');
SELECT bag_eq('SELECT entity, record_key, data_json FROM moodle_raw.current',
              'SELECT entity, record_key, data_json FROM moodle_raw.landing', 'current is all of it');
CREATE TABLE at_first AS SELECT entity, record_key, data_json FROM moodle_raw.current;
SELECT clock_timestamp() AS first \gset moment_

-- Unchanged: not a row, not a byte, not a WAL record.
SELECT format('VACUUM (ANALYZE) %s', oid::regclass) FROM stored WHERE relkind = 'r' \gexec
CALL measure();
-- Of the token's own user, a site tells when it read his preferences, each time anew; and a course has
-- another cacherev when caches were purged.
SELECT sim_ask('/__sim/site', '{"own_clock": true}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT pg_stat_force_next_flush() \gset ignored_
SELECT sim_ask('/__sim/site', method => 'DELETE') \gset ignored_
SELECT is(last_status(), 'completed', 'an unchanged refresh completes');
SELECT is((SELECT array_agg(line) FROM written_since() line), NULL, 'and writes no row in raw, stg or mart');
SELECT ok(EXISTS (SELECT FROM measured WHERE name = 'landing_sim' AND inserted > 4000)
          AND EXISTS (SELECT FROM measured WHERE name = 'course_performance' AND inserted > 0),
          'of the tables that had had theirs');
SELECT is((SELECT sum(rows_new + rows_changed + rows_deleted) FROM moodle_fdw.run_steps WHERE run_id = last_run()),
          0::numeric, 'its steps say so');
SELECT is((SELECT sum(rows_unchanged) FROM moodle_fdw.run_steps WHERE run_id = last_run()),
          (SELECT count(*) FROM live)::numeric, 'and that all was read');
SELECT current_setting('server_version_num')::int >= 150000 AS has_walinspect \gset
\if :has_walinspect
CREATE EXTENSION pg_walinspect;
CREATE VIEW wal_of_stored AS
    SELECT name, resource_manager, record_type
    FROM measured_at, pg_get_wal_records_info(lsn, pg_current_wal_flush_lsn())
    JOIN stored ON block_ref ~ format('rel \d+/\d+/%s ', relfilenode);
SELECT is((SELECT array_agg(DISTINCT name || ' ' || resource_manager || ' ' || record_type) FROM wal_of_stored), NULL,
          'no WAL record touches raw, stg or mart');
\else
SELECT skip('no pg_walinspect before PostgreSQL 15', 1);
\endif
-- That the measures can fail.
SELECT change('{"bump_user": 20}') \gset ignored_
CALL moodle_fdw.refresh('{sim}', '{users}');
SELECT pg_stat_force_next_flush() \gset ignored_
SELECT ok((SELECT count(*) FROM written_since()) > 0, 'a change is seen by the measures');
\if :has_walinspect
SELECT set_has($$SELECT name FROM wal_of_stored$$, $$VALUES ('landing_sim'::name), ('users')$$, 'in the WAL too');
\else
SELECT skip('no pg_walinspect before PostgreSQL 15', 1);
\endif

-- Fields that move by themselves add no version.
SELECT change('{"touch_user": 21}', '{"touch_user": 22}') \gset ignored_
SELECT isnt((SELECT raw -> 'lastaccess' FROM sim.users WHERE user_id = 21),
            (SELECT data_json -> 'lastaccess' FROM at_first WHERE entity = 'user' AND record_key = '21'),
            'a last access has changed');
CALL moodle_fdw.refresh('{sim}', '{users}');
SELECT results_eq('SELECT * FROM landed(NULL)', 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'which alone lands nothing');

-- A change is one version, with the one it replaces.
CALL moodle_fdw.refresh();
SELECT change('{"bump_user": 23}', '{"bump_course": 5}', '{"bump_grade": 6, "user": 0}') \gset ignored_
SELECT user_id AS graded FROM sim.grades WHERE course_id = 7 AND grade IS NOT NULL AND itemtype <> 'course' ORDER BY 1 LIMIT 1 \gset
SELECT change(format('{"bump_grade": 7, "user": %s}', :graded)) \gset ignored_
CALL moodle_fdw.refresh();
SELECT results_eq($$SELECT * FROM landed('user')$$, 'VALUES (0::bigint, 1::bigint, 0::bigint)', 'a renamed person: one version');
SELECT results_eq($$SELECT * FROM landed('enrolment')$$,
                  $$SELECT 0::bigint, count(*), 0::bigint FROM live WHERE entity = 'enrolment' AND key LIKE '%:23'$$,
                  'and one of each place that shows the name');
SELECT results_eq($$SELECT * FROM landed('course')$$, 'VALUES (0::bigint, 1::bigint, 0::bigint)', 'a renamed course: one version');
SELECT results_eq($$SELECT * FROM landed('grade')$$,
                  format($$SELECT 0::bigint, count(*), 0::bigint FROM sim.grades
                           JOIN live ON entity = 'grade' AND key = course_id || ':' || user_id || ':' || item_id
                           WHERE course_id = 7 AND user_id = %s AND sim.grades.raw <> live.raw$$, :graded),
                  'a person''s grades: one version of each that moved');
SELECT results_eq($$SELECT * FROM landed('grade_item')$$, 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'the items did not move');
SELECT is((SELECT count(*) FROM moodle_raw.landing version JOIN moodle_raw.landing old ON old.id = version.previous_id
           WHERE version.run_id = last_run() AND (old.entity, old.record_key) = (version.entity, version.record_key)
             AND old.hash_content <> version.hash_content AND old.id < version.id
             AND NOT EXISTS (SELECT FROM moodle_raw.landing between_them
                             WHERE (between_them.entity, between_them.unit_id, between_them.record_key)
                                   = (version.entity, version.unit_id, version.record_key)
                               AND between_them.id > old.id AND between_them.id < version.id)),
          (SELECT count(*) FROM moodle_raw.landing WHERE run_id = last_run()),
          'previous_id is the version just before, of other content');
SELECT results_eq($$SELECT what, changed, before ->> 'lastname', after ->> 'lastname' FROM moodle_raw.history('sim', 'user', '23')$$,
                  $$SELECT 'first', '{}'::text[], NULL, NULL UNION ALL
                    SELECT 'changed', '{fullname,lastname}', raw ->> 'lastname', raw ->> 'lastname' || '+'
                    FROM live WHERE entity = 'user' AND key = '23'$$, 'history() says what changed, from what, to what');
SELECT is((SELECT fullname FROM moodle_stg.courses WHERE moodle_course_id = 5), (SELECT fullname FROM sim.courses WHERE course_id = 5),
          'staging has the new name');
SELECT is((SELECT course_name FROM moodle_mart.course_performance WHERE moodle_course_id = 5 LIMIT 1),
          (SELECT fullname FROM sim.courses WHERE course_id = 5), 'and so has the mart');
SELECT bag_eq('SELECT entity, record_key, data_json FROM moodle_raw.current WHERE entity = ''grade''',
              $$SELECT 'grade' AS entity, (course_id || ':' || user_id || ':' || item_id) COLLATE "C" AS key, raw FROM sim.grades$$, 'current has the grades of now');
CALL moodle_fdw.refresh();
SELECT results_eq('SELECT * FROM landed(NULL)', 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'the next refresh finds nothing new');

-- What is gone: a person, a place in a course, a course, a grade item.
SELECT split_part(key, ':', 2) AS leaver FROM live WHERE entity = 'enrolment' AND key LIKE '8:%' AND raw -> 'roles' -> 0 ->> 'roleid' = '5'
  AND EXISTS (SELECT FROM live grade WHERE grade.entity = 'grade' AND grade.key LIKE '8:' || split_part(live.key, ':', 2) || ':%')
  AND split_part(key, ':', 2) NOT IN ('20', '21', '22', '23') ORDER BY 1 LIMIT 1 \gset
SELECT split_part(key, ':', 2) AS gone FROM live WHERE entity = 'grade' AND key LIKE '10:%'
  AND NOT EXISTS (SELECT FROM sim.enrolments WHERE user_id = split_part(key, ':', 2)::bigint AND role_shortname = 'editingteacher')
  AND split_part(key, ':', 2) NOT IN ('20', '21', '22', '23', :'leaver') ORDER BY 1 LIMIT 1 \gset
CREATE TABLE to_go AS
    SELECT id, entity, record_key, data_json FROM moodle_raw.current
    WHERE entity = 'user' AND record_key = :'gone'
       OR entity IN ('enrolment', 'completion') AND (record_key LIKE '%:' || :'gone' OR record_key = '8:' || :'leaver')
       OR entity = 'grade' AND (record_key LIKE '%:' || :'gone' || ':%' OR record_key LIKE '8:' || :'leaver' || ':%'
                                OR record_key LIKE '7:%:7002')
       OR entity = 'grade_item' AND record_key = '7:7002'
       OR entity = 'course' AND record_key = '12'
       OR entity IN ('enrolment', 'completion', 'grade', 'grade_item', 'enrolment_method') AND unit_id = 12;
SELECT clock_timestamp() AS before_losses \gset moment_
CREATE TABLE before_losses AS SELECT * FROM moodle_raw.current;
SELECT change(format('{"delete_user": %s}', :gone), format('{"unenrol": 8, "user": %s}', :leaver),
              '{"delete_course": 12}', '{"delete_item": 7002}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'a refresh over losses completes');
SELECT bag_eq('SELECT previous_id, entity, record_key, data_json FROM moodle_raw.landing WHERE run_id = last_run() AND is_deleted',
              'SELECT * FROM to_go', 'each has one deletion mark, with what it was last');
SELECT ok((SELECT count(DISTINCT entity) FROM to_go) = 7, 'of seven entities');
SELECT is((SELECT sum(rows_deleted) FROM moodle_fdw.run_steps WHERE run_id = last_run() AND name NOT IN ('grade_item')),
          (SELECT count(*) FROM to_go WHERE entity <> 'grade_item')::numeric, 'the steps counted them');
SELECT is((SELECT count(*) FROM moodle_raw.current WHERE id IN (SELECT id FROM to_go)
             OR (entity, record_key) IN (SELECT entity, record_key FROM to_go)), 0::bigint, 'current has none of them');
SELECT is((SELECT deleted::int FROM moodle_stg.users WHERE moodle_user_id = :gone), 1, 'the person stays in staging, as deleted');
SELECT is((SELECT count(*) FROM moodle_stg.enrolments WHERE moodle_user_id = :gone OR moodle_course_id = 12
             OR (moodle_course_id, moodle_user_id) = (8, :leaver)), 0::bigint, 'their places are gone from it');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE moodle_user_id = :gone OR moodle_course_id = 12
             OR (moodle_course_id, moodle_user_id) = (8, :leaver) OR moodle_item_id = 7002), 0::bigint, 'so are the grades');
SELECT is((SELECT count(*) FROM moodle_stg.courses WHERE moodle_course_id = 12)
          + (SELECT count(*) FROM moodle_stg.grade_items WHERE moodle_course_id = 12 OR moodle_item_id = 7002),
          0::bigint, 'the course, and the items');
SELECT is((SELECT count(*) FROM moodle_mart.course_performance WHERE moodle_user_id = :gone OR moodle_course_id = 12
             OR (moodle_course_id, moodle_user_id) = (8, :leaver)), 0::bigint, 'and the mart''s rows');
CALL moodle_fdw.refresh();
SELECT results_eq('SELECT * FROM landed(NULL)', 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'what is marked is not marked again');

-- Back again.
SELECT change(format('{"restore_user": %s}', :gone), '{"restore_course": 12}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT results_eq(format($$SELECT what, changed FROM moodle_raw.history('sim', 'user', '%s')$$, :gone),
                  $$VALUES ('first', '{}'::text[]), ('deleted', '{}'), ('back again', '{}')$$, 'a person who comes back is "back again"');
SELECT bag_eq('SELECT entity, record_key, data_json FROM moodle_raw.landing WHERE run_id = last_run() AND NOT is_deleted',
              format($$SELECT entity, record_key, data_json FROM to_go
                       WHERE record_key NOT LIKE '8:%s%%' AND record_key NOT LIKE '7:%%7002'$$, :leaver),
              'all that they had is back with them');
SELECT is((SELECT deleted::int FROM moodle_stg.users WHERE moodle_user_id = :gone), 0, 'in staging the person is there');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE moodle_course_id = 12),
          (SELECT count(*) FROM sim.grades WHERE course_id = 12), 'and the course''s grades');

-- The past.
SELECT bag_eq(format('SELECT entity, record_key, data_json FROM moodle_raw.as_of(%L)', :'moment_first'),
              'SELECT * FROM at_first', 'as_of() gives what was known at first');
SELECT bag_eq(format('SELECT id FROM moodle_raw.as_of(%L)', :'moment_before_losses'),
              'SELECT id FROM before_losses', 'and what was known before the losses');
SELECT is((SELECT count(*) FROM moodle_raw.as_of('2001-01-01')), 0::bigint, 'and nothing before all');
SELECT bag_eq('SELECT id FROM moodle_raw.as_of(clock_timestamp())', 'SELECT id FROM moodle_raw.current', 'as_of(now) is current');

-- What answers in part deletes nothing. In course 14 a place is given up too: that one answer is whole.
SELECT split_part(record_key, ':', 2) AS quitter FROM moodle_raw.current WHERE entity = 'grade' AND unit_id = 14 ORDER BY 1 LIMIT 1 \gset
CREATE TABLE before_faults AS SELECT * FROM moodle_raw.current;
SELECT change(format('{"unenrol": 14, "user": %s}', :quitter)) \gset ignored_
SELECT fault('{"kind": "moodle_error", "errorcode": "errorcoursecontextnotvalid", "exception": "x", "message": "no", "times": -1, "function": "core_enrol_get_enrolled_users", "match": {"courseid": "7"}}',
             '{"kind": "http_status", "status": 500, "body": "<h1>oops</h1>", "times": -1, "function": "gradereport_user_get_grade_items", "match": {"courseid": "10"}}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed with errors', 'a refused course: completed with errors');
SELECT results_eq($$SELECT name, unit FROM moodle_fdw.run_errors WHERE run_id = last_run() ORDER BY 1$$,
                  $$VALUES ('enrolment', 'course 7'), ('grade', 'course 10')$$, 'run_errors names what was passed over');
SELECT ok((SELECT bool_and(message LIKE 'passed over: %' AND coalesce(detail, '') <> '') FROM moodle_fdw.run_errors WHERE run_id = last_run()),
          'and says why');
SELECT results_eq($$SELECT name, units_failed, units_done, status FROM moodle_fdw.run_steps
                    WHERE run_id = last_run() AND name IN ('enrolment', 'grade', 'user') ORDER BY 1$$,
                  $$VALUES ('enrolment', 1::bigint, 19::bigint, 'completed'), ('grade', 1, 19, 'completed'), ('user', 0, 1, 'completed')$$,
                  'units_failed counts them, and the others were read');
SELECT is((SELECT message FROM moodle_fdw.runs WHERE run_id = last_run()), '2 units passed over of sim', 'so does the run''s message');
SELECT set_eq($$SELECT entity, unit_id FROM moodle_raw.landing WHERE run_id = last_run() AND is_deleted$$,
              $$VALUES ('enrolment', 14::bigint), ('grade', 14)$$, 'nothing of the refused courses is marked, but what the whole answers lack is');
SELECT is((SELECT count(*) FROM moodle_raw.current WHERE unit_id IN (7, 10)),
          (SELECT count(*) FROM before_faults WHERE unit_id IN (7, 10)), 'what was known of them stays');
SELECT set_eq($$SELECT entity FROM moodle_fdw.freshness WHERE instance = 'sim' AND complete_at < read_at$$, $$VALUES ('enrolment'), ('role'), ('grade'), ('grade_item')$$,
              'freshness: read, but not completely');
SELECT no_faults() \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'the next refresh reads them');
SELECT bag_eq('SELECT entity, record_key, is_deleted FROM moodle_raw.landing WHERE run_id = last_run()',
              format('SELECT ''completion'' AS entity, ''14:%s'' AS key, true', :quitter) , 'and tells what could not be told: a place''s completion is gone with it');

-- Listings that are cut.
SELECT fault('{"kind": "cut_body", "after_bytes": 20000, "times": -1, "function": "core_user_get_users"}') \gset ignored_
SELECT change('{"delete_user": 30}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed with errors', 'users listing cut: completed with errors');
SELECT results_eq($$SELECT name, sqlstate, unit IS NULL FROM moodle_fdw.run_errors WHERE run_id = last_run()$$, $$VALUES ('user', '08006', true)$$,
                  'the step failed');
SELECT results_eq($$SELECT * FROM landed('user')$$, 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'no person lands or goes by it');
SELECT set_eq($$SELECT name FROM moodle_fdw.run_steps WHERE run_id = last_run() AND status <> 'completed'$$,
              $$VALUES ('user')$$, 'and the others went on');
SELECT no_faults() \gset ignored_
SELECT fault('{"kind": "http_status", "status": 404, "body": "x", "times": -1, "function": "core_course_get_courses_by_field"}',
             '{"kind": "http_status", "status": 404, "body": "x", "times": -1, "function": "core_course_get_courses"}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed with errors', 'courses listing refused: completed with errors');
SELECT results_eq($$SELECT entity, record_key FROM moodle_raw.landing WHERE run_id = last_run()$$,
                  $$VALUES ('user'::text, '30'::text COLLATE "C")$$, 'no course, nor what is in it, is gone by that; the person is, by a whole listing');
SELECT change('{"delete_course": 13}') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is((SELECT array_agg(DISTINCT unit_id) FROM moodle_raw.landing WHERE run_id = last_run()), '{13}',
          'a course that the site says is not there has nobody in it');
SELECT is((SELECT count(*) FROM moodle_raw.current WHERE entity = 'course' AND record_key = '13'), 1::bigint, 'but only a listing says that it is gone');
SELECT no_faults() \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'with the listing back');
SELECT is((SELECT count(*) FROM moodle_raw.current WHERE unit_id = 13 OR (entity, record_key) IN (('course', '13'), ('user', '30'))), 0::bigint,
          'both are gone');

-- Some entities only.
SELECT reset_stats() \gset ignored_
SELECT change('{"delete_course": 15}', '{"bump_user": 31}') \gset ignored_
CALL moodle_fdw.refresh(entities => '{users,courses}');
SELECT set_eq($$SELECT name FROM moodle_fdw.run_steps WHERE run_id = last_run() AND layer = 'raw'$$, $$VALUES ('user'), ('course')$$,
              'users and courses: two steps of raw');
SELECT set_eq($$SELECT DISTINCT asked ->> 'function' FROM jsonb_array_elements(sim_ask('/__sim/requests')::jsonb) asked WHERE asked ->> 'function' <> ''$$,
              $$VALUES ('core_user_get_users'), ('core_course_get_courses_by_field')$$, 'nothing else is asked');
SELECT results_eq('SELECT entity, record_key, is_deleted FROM moodle_raw.landing WHERE run_id = last_run() ORDER BY id',
                  $$VALUES ('user'::text, '31'::text COLLATE "C", false), ('course', '15', true)$$, 'and nothing else lands');
SELECT is((SELECT count(*) FROM moodle_stg.courses WHERE moodle_course_id = 15), 0::bigint, 'staging follows');
CALL moodle_fdw.refresh();
SELECT is((SELECT count(*) FROM moodle_raw.current WHERE unit_id = 15), 0::bigint, 'what was in the course goes with the next whole refresh');

-- Closed courses: full_scan => false passes over grades and completions of those that ended long ago.
SELECT change(format('{"end_course": 2, "at": %s}', extract(epoch FROM now() - interval '40 days')::bigint),
              format('{"end_course": 3, "at": %s}', extract(epoch FROM now() - interval '20 days')::bigint),
              '{"end_course": 6, "at": 0}') \gset ignored_
SELECT change(format('{"end_course": %s, "at": 0}', course_id)) FROM generate_series(6, 21, 3) course_id \g /dev/null
CALL moodle_fdw.refresh();
CREATE FUNCTION asked_of(function text) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT array_agg(DISTINCT (argument ->> 1)::bigint ORDER BY (argument ->> 1)::bigint)
    FROM jsonb_array_elements(sim_ask('/__sim/requests')::jsonb) asked, jsonb_array_elements(asked -> 'arguments') argument
    WHERE asked ->> 'function' = asked_of.function AND argument ->> 0 = 'courseid' $$;
SELECT array_agg(course_id ORDER BY course_id) AS courses FROM sim.courses WHERE course_id > 1 \gset all_
SELECT reset_stats() \gset ignored_
CALL moodle_fdw.refresh(full_scan => false);
SELECT is(last_status(), 'completed', 'without a full scan');
SELECT is(asked_of('gradereport_user_get_grade_items'), array_remove(:'all_courses'::bigint[], 2::bigint),
          'grades: all but the course that ended 40 days ago are asked for');
SELECT is((SELECT count(*) FROM unnest(asked_of('core_completion_get_course_completion_status')) c WHERE c = 2), 0::bigint, 'completions too');
SELECT is(asked_of('core_enrol_get_enrolled_users'), :'all_courses'::bigint[], 'participants of all');
SELECT results_eq('SELECT * FROM landed(NULL)', 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'and what was not asked for is not gone');
SELECT reset_stats() \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(asked_of('gradereport_user_get_grade_items'), :'all_courses'::bigint[], 'a full scan, which is the default, asks for all');

-- Settings of an entity.
INSERT INTO moodle_fdw.entity_settings (entity, enabled) VALUES ('completion', false);
INSERT INTO moodle_fdw.entity_settings (entity, volatile_fields) VALUES ('user', '{lastaccess,lastname,fullname,profileimageurl,profileimageurlsmall}');
SELECT 'moodle_raw.served_sim_user'::regclass::oid AS served \gset old_
SELECT 'moodle_raw.served_sim_course'::regclass::oid AS courses \gset old_
SELECT reset_stats() \gset ignored_
CALL moodle_fdw.refresh();
SELECT isnt('moodle_raw.served_sim_user'::regclass::oid, :old_served::oid, 'other volatile fields: its table of served records is made anew');
SELECT is('moodle_raw.served_sim_course'::regclass::oid, :old_courses::oid, 'the others are left alone');
SELECT is(calls_of('core_completion_get_course_completion_status'), 0::bigint, 'an entity that is off is not asked for');
SELECT is((SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id = last_run() AND name = 'completion'), 0::bigint, 'nor a step');
SELECT is((SELECT count(*) FROM moodle_raw.landing WHERE run_id = last_run() AND entity = 'completion'), 0::bigint, 'and nothing of it is marked');
SELECT change('{"bump_user": 33}') \gset ignored_
CALL moodle_fdw.refresh(entities => '{users}');
SELECT results_eq('SELECT * FROM landed(NULL)', 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'a change in a field that is volatile now adds no version');
DELETE FROM moodle_fdw.entity_settings;
CALL moodle_fdw.refresh(entities => '{users}');
SELECT is((SELECT data_json ->> 'lastname' FROM moodle_raw.current WHERE entity = 'user' AND record_key = '33'),
          (SELECT lastname FROM sim.users WHERE user_id = 33), 'taken back, it is content again');
CALL moodle_fdw.refresh();

-- Old versions go, the latest stays, and the refresh after that finds all known.
CREATE TABLE before_purge AS SELECT * FROM moodle_raw.current;
SELECT count(*) AS versions FROM moodle_raw.landing \gset before_
SELECT is(moodle_fdw.purge('1 year'), 0::bigint, 'purge() of what is not old enough does nothing');
SELECT is(moodle_fdw.purge('0'), :before_versions - (SELECT count(DISTINCT (entity, unit_id, record_key)) FROM moodle_raw.landing), 'purge() takes the versions that others replaced');
SELECT bag_eq('SELECT * FROM moodle_raw.current', 'SELECT * FROM before_purge', 'current is what it was');
SELECT is((SELECT count(*) FROM (SELECT 1 FROM moodle_raw.landing GROUP BY entity, unit_id, record_key HAVING count(*) > 1) twice), 0::bigint,
          'one version of each is left');
CALL moodle_fdw.refresh();
SELECT results_eq('SELECT * FROM landed(NULL)', 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'a refresh after it lands nothing');
SELECT is((failure_of('SELECT moodle_fdw.purge(''-1 day'')')).hint IS NOT NULL, true, 'a negative age is refused, with a hint');
SELECT ok(moodle_fdw.purge('0', keep_latest => false) > 0, 'keep_latest => false takes the rest');
SELECT is((SELECT count(*) FROM moodle_raw.landing), 0::bigint, 'all of it');
CREATE TABLE staged AS SELECT moodle_course_id, moodle_user_id, moodle_item_id, finalgrade FROM moodle_stg.grades;
CALL moodle_fdw.refresh();
SELECT bag_eq('SELECT entity, record_key, data_json - ''{lastaccess,coursecount}''::text[] FROM moodle_raw.current',
              'SELECT entity, record_key, data_json - ''{lastaccess,coursecount}''::text[] FROM before_purge',
              'and a refresh lands it anew, volatile fields as they are now');
SELECT bag_eq('SELECT moodle_course_id, moodle_user_id, moodle_item_id, finalgrade FROM moodle_stg.grades', 'SELECT * FROM staged', 'over staging that is as it was');
SELECT finish();
