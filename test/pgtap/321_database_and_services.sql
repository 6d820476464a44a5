-- Web services and the database of the same Moodle: each says what it can, in whatever order, and what
-- both see is the same.
\ir lib/setup.sql
\ir lib/warehouse.sql
\ir lib/moodle_database.sql
SELECT plan(53);
SELECT connect('services'), attach('alone'), connect('both'), attach('both'), connect('late'), attach('early') \gset ignored_
CALL moodle_fdw.refresh();
SELECT results_eq($$SELECT DISTINCT instance, layer FROM moodle_fdw.run_steps WHERE layer IN ('raw', 'database') AND name NOT IN ('role', 'grade_item') ORDER BY 1, 2$$,
                  $$VALUES ('alone', 'database'), ('both', 'database'), ('both', 'raw'), ('early', 'database'), ('late', 'raw'), ('services', 'raw')$$,
                  'each instance has steps for what it has');
-- One after the other, both ways round.
SELECT attach('late'), connect('early') \gset ignored_
SELECT results_eq('SELECT instance, reader_user_id FROM moodle_fdw.databases ORDER BY 1',
                  $$VALUES ('alone', NULL::bigint), ('both', 2), ('early', NULL), ('late', 2)$$,
                  'whose token reads the site is known where it was connected by then');
SELECT add_instance FROM moodle_fdw.add_instance('down', 'http://127.0.0.1:9', 'replay', '{"retries": "0"}') \gset ignored_
SELECT lives_ok($$SELECT attach('down')$$, 'a site that does not answer is attached all the same');
SELECT moodle_fdw.detach_database('down'), moodle_fdw.remove_instance('down') \gset ignored_
CALL moodle_fdw.refresh(instances => '{early,late}');
SELECT is((SELECT count(*) FROM moodle_fdw.run_steps WHERE status <> 'completed'), 0::bigint, 'every step completes');
SELECT is((SELECT count(*) FROM moodle_fdw.data_problems WHERE severity = 'error'), 0::bigint, 'no data check says that the warehouse is not what was read');
SELECT is(apart(one, 'late', 'both'), '', one || ': first web services, then the database, as both at once') FROM staged_tables() one;
SELECT is(apart(one, 'early', 'both'), '', one || ': first the database, then web services') FROM staged_tables() one;

-- What web services do not see and the database does (250_replay names it).
SELECT results_eq($$SELECT instance, count(*), count(*) FILTER (WHERE deleted = 1) FROM moodle_stg.users WHERE instance IN ('both', 'services') GROUP BY 1 ORDER BY 1$$,
                  $$VALUES ('both', 1926::bigint, 11::bigint), ('services', 1915, 0)$$, 'who was deleted is seen');
SELECT results_eq($$SELECT instance, count(*), count(archetype) FROM moodle_stg.roles WHERE instance IN ('both', 'services') GROUP BY 1 ORDER BY 1$$,
                  $$VALUES ('both', 10::bigint, 10::bigint), ('services', 4, 0)$$, 'all roles, with archetypes');
SELECT results_eq($$SELECT instance, count(*), count(*) FILTER (WHERE type IN ('manual', 'cohort')) > 0 FROM moodle_stg.enrolment_methods WHERE instance IN ('both', 'services') GROUP BY 1 ORDER BY 1$$,
                  $$VALUES ('both', 106::bigint, true), ('services', 9, false)$$, 'the methods by which others enrol people');
SELECT results_eq($$SELECT instance, count(*) FILTER (WHERE moodle_course_id = 14), count(*) FILTER (WHERE moodle_course_id = 22), count(*) FILTER (WHERE moodle_course_id = 14 AND gradetype = 0) FROM moodle_stg.grade_items WHERE instance IN ('both', 'services') GROUP BY 1 ORDER BY 1$$,
                  $$VALUES ('both', 19::bigint, 1::bigint, 1::bigint), ('services', 18, 0, 0)$$, 'course 14''s item of grade type "none", and the total of course 22, in which is nobody');
SELECT is((SELECT count(*) FROM moodle_stg.enrolments WHERE instance = 'both' AND num_nulls(status, method, timecreated, timestart) > 0), 0::bigint, 'method, status and times of each enrolment');
SELECT is((SELECT count(*) FROM moodle_stg.enrolments WHERE instance = 'services' AND num_nonnulls(status, method, timecreated, timestart) > 0), 0::bigint, 'of which web services tell none');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE instance = 'both' AND finalgrade IS NOT NULL), 18102::bigint, 'grades, also of courses whose report was refused');
SELECT is((SELECT count(*) FROM moodle_stg.grades both_ways JOIN moodle_stg.grades alone USING (moodle_course_id, moodle_user_id, moodle_item_id)
           WHERE both_ways.instance = 'both' AND alone.instance = 'alone' AND both_ways.rawgrade IS DISTINCT FROM alone.rawgrade), 0::bigint, 'raw grades are the database''s');
SELECT isnt((SELECT count(*) FROM moodle_stg.grades WHERE instance = 'both' AND rawgrade IS DISTINCT FROM finalgrade), 0::bigint, 'where they are not the final ones');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE instance = 'services' AND rawgrade IS DISTINCT FROM finalgrade), 0::bigint, 'as web services have it');
SELECT results_eq($$SELECT instance, completed_at FROM moodle_stg.completions WHERE (moodle_course_id, moodle_user_id) = (14, 149) AND instance IN ('alone', 'both', 'services') ORDER BY 1$$,
                  $$SELECT instance, CASE instance WHEN 'services' THEN to_timestamp(1795187452)
                                     ELSE (SELECT to_timestamp(at) FROM dblink(current_setting('test.moodle'), 'SELECT timecompleted FROM mdl_course_completions WHERE course = 14 AND userid = 149') said (at bigint)) END
                    FROM unnest('{alone,both,services}'::text[]) instance$$, 'when a course was completed');
SELECT is((SELECT reason FROM moodle_stg.completions WHERE instance = 'both' AND (moodle_course_id, moodle_user_id) = (14, 103)),
          'not enrolled in a role whose completion is tracked', 'what is not in the database is as web services say');
SELECT results_eq($$SELECT count(*), sum(completionstate) FROM moodle_stg.completions WHERE instance = 'both' AND completionstate IS NOT NULL$$, 'VALUES (321::bigint, 100::bigint)', 'completions, and those that are complete; of one participant only web services tell, since nothing of his was noted yet');

-- What both see is the same: the database alone gives what both give, but for what only the site can
-- write out (pictures, formatted texts and grades, weights, names of criteria).
CREATE TABLE told_only (of_table text, fields text[], seen text);
INSERT INTO told_only VALUES
    ('users', '{profileimageurl,profileimageurlsmall,interests}', 'true'),
    ('categories', '{description,descriptionformat}', 'true'),
    ('courses', '{summary,summaryformat,courseimage,contacts,customfields}', 'true'),
    ('roles', '{}', 'true'),
    ('enrolments', '{groups}', 'true'),
    ('enrolment_methods', '{name,wsfunction}', 'true'),
    ('grade_items', '{rangeformatted,weight,weightformatted,grademax}', 'true'),
    ('grades', '{weight,weightformatted,gradeformatted,lettergradeformatted,percentageformatted,status,rank,numusers,averageformatted}',
     $$EXISTS (SELECT FROM moodle_stg.grades other WHERE other.instance = 'alone' AND other.moodle_item_id = row.moodle_item_id AND other.moodle_user_id = row.moodle_user_id)$$),
    ('completions', '{criteria}', '(moodle_course_id, moodle_user_id) <> (15, 124) AND completionstate IS NOT NULL');
SELECT is(apart(of_table, 'alone', 'both', fields, seen), '', of_table || ': the database alone gives what both give') FROM told_only;
SELECT results_eq($$SELECT moodle_course_id, students, teachers, completed_students, total_items, avg_performance_pct FROM moodle_mart.course_summary WHERE instance = 'alone' ORDER BY 1$$,
                  $$SELECT moodle_course_id, students, teachers, completed_students, total_items, avg_performance_pct FROM moodle_mart.course_summary WHERE instance = 'both' ORDER BY 1$$, 'and the same course_summary');
SELECT is((SELECT array_agg(DISTINCT role_kind ORDER BY role_kind) FROM moodle_mart.course_performance WHERE instance = 'both'),
          (SELECT array_agg(DISTINCT role_kind ORDER BY role_kind) FROM moodle_mart.course_performance WHERE instance = 'alone'), 'and kinds of roles');

-- Unchanged, nothing is written; one's word does not double the other's.
SELECT count(*) AS versions FROM moodle_raw.landing \gset first_
CALL measure();
CALL moodle_fdw.refresh();
SELECT is_empty('SELECT * FROM written_since()', 'unchanged: nothing is written');
SELECT on_moodle('UPDATE mdl_user_lastaccess SET timeaccess = timeaccess + 60', 'UPDATE mdl_user SET lastaccess = lastaccess + 60 WHERE deleted = 0') \gset ignored_
CALL moodle_fdw.refresh();
SELECT results_eq($$SELECT instance, entity, count(*) > 0 FROM moodle_raw.landing WHERE run_id = last_run() GROUP BY 1, 2$$, $$VALUES ('alone', 'db_enrolment', true)$$,
                  'a new time of access is a version only where no web service tells of it');

-- The database goes: what it said stays, but it no longer vouches for what is there.
SELECT moodle_fdw.detach_database('both') \gset ignored_
SELECT on_moodle('UPDATE mdl_enrol SET status = 1') \gset ignored_
CALL moodle_fdw.refresh(instances => '{both}');
SELECT is(apart('enrolments', 'both', 'late'), '', 'detached: enrolments keep what the database said');
SELECT is((SELECT count(*) FROM moodle_fdw.data_problems WHERE severity = 'error' AND instance = 'both'), 0::bigint, 'and the checks agree');
INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json, hash_content, ts_extract, is_deleted, unit_id, previous_id)
    SELECT 0, instance, entity, moodle_id, record_key, data_json, hash_content, now(), true, unit_id, id FROM moodle_raw.current
    WHERE entity = 'enrolment' AND record_key = '14:114' AND instance IN ('both', 'late');
SELECT sum(moodle_fdw.load_enrolments(instance, (SELECT max(id) - 2 FROM moodle_raw.landing), (SELECT max(id) FROM moodle_raw.landing))) FROM unnest('{both,late}'::text[]) instance \gset ignored_
SELECT results_eq($$SELECT instance FROM moodle_stg.enrolments WHERE (moodle_course_id, moodle_user_id) = (14, 114) AND instance IN ('both', 'late')$$, $$VALUES ('late')$$,
                  'what web services no longer list is gone without a database, and there while one has it');
-- And the other way round.
SELECT moodle_fdw.remove_instance('early') \gset ignored_
SELECT on_moodle('UPDATE mdl_user SET firstname = ''Renamed'' WHERE id = 114') \gset ignored_
CALL moodle_fdw.refresh(instances => '{early}');
SELECT is((SELECT firstname FROM moodle_stg.users WHERE instance = 'early' AND moodle_user_id = 114), 'Renamed', 'without web services the database decides');
SELECT finish();
