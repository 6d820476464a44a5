-- What changes in a database, who may read it, and what is missing of it.
\ir lib/setup.sql
\ir lib/warehouse.sql
\ir lib/moodle_database.sql
SELECT plan(39);
SELECT connect('both'), attach('both') \gset ignored_
CALL moodle_fdw.refresh();
CREATE FUNCTION refreshed(OUT entities text, OUT added bigint, OUT changed bigint, OUT deleted bigint) LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT entity, ',' ORDER BY entity), count(*) FILTER (WHERE previous_id IS NULL),
           count(*) FILTER (WHERE previous_id IS NOT NULL AND NOT is_deleted), count(*) FILTER (WHERE is_deleted)
    FROM moodle_raw.landing WHERE run_id = last_run() $$;

-- One change each, seen by the database alone: it is in staging, and in the marts of its course.
SELECT on_moodle('UPDATE mdl_user_enrolments SET status = 1 WHERE userid = 114 AND enrolid IN (SELECT id FROM mdl_enrol WHERE courseid = 14)') \gset ignored_
SELECT max(ts_generated) AS built FROM moodle_mart.course_performance \gset
CALL moodle_fdw.refresh();
SELECT is(refreshed(), ROW('db_enrolment'::text, 0::bigint, 1::bigint, 0::bigint), 'someone is suspended in a course: one version');
SELECT is((SELECT status FROM moodle_stg.enrolments WHERE (moodle_course_id, moodle_user_id) = (14, 114)), 1, 'which staging has');
SELECT is((SELECT DISTINCT enrolment_status FROM moodle_mart.course_performance WHERE (moodle_course_id, moodle_user_id) = (14, 114)), 1, 'and the mart');
SELECT set_eq(format('SELECT DISTINCT moodle_course_id FROM moodle_mart.course_performance WHERE ts_generated > %L', :'built'), 'VALUES (14::bigint)', 'of that course alone');
SELECT on_moodle('UPDATE mdl_grade_grades SET rawgrade = 1.5 WHERE (userid, itemid) = (134, 62)') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is(refreshed(), ROW('db_grade'::text, 0::bigint, 1::bigint, 0::bigint), 'a raw grade: one version');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE (moodle_user_id, moodle_item_id) = (134, 62) AND rawgrade = 1.5 AND finalgrade = 51), 1::bigint, 'beside a final grade that stays');
SELECT on_moodle('UPDATE mdl_role SET archetype = ''teacher'' WHERE shortname = ''student''') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is((SELECT sum(students) + sum(teachers) FROM moodle_mart.course_summary), (SELECT sum(teachers) FROM moodle_mart.course_summary), 'another archetype makes students teachers everywhere');
SELECT on_moodle('UPDATE mdl_role SET archetype = shortname WHERE shortname = ''student''') \gset ignored_
SELECT on_moodle('UPDATE mdl_user SET deleted = 1 WHERE id = 114') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is((SELECT deleted FROM moodle_stg.users WHERE moodle_user_id = 114), 1, 'deleted there, before web services say so');
SELECT on_moodle('UPDATE mdl_user SET deleted = 0, lastname = '''' WHERE id = 114') \gset ignored_
CALL moodle_fdw.refresh();
SELECT is((SELECT deleted FROM moodle_stg.users WHERE moodle_user_id = 114), 0, 'and back again');
SELECT is((SELECT count(*) FROM moodle_raw.history('both', 'db_user', '114')), 3::bigint, 'history() tells of both');
SELECT is((SELECT jsonb_build_array(data_json -> 'lastname', data_json -> 'fullname') FROM moodle_raw.current WHERE entity = 'db_user' AND record_key = '114'),
          (SELECT jsonb_build_array('', concat(data_json ->> 'firstname', ' ')) FROM moodle_raw.current WHERE entity = 'db_user' AND record_key = '114'),
          'a name that is empty is there, as a Moodle serves it');
SELECT on_moodle('DELETE FROM mdl_user_enrolments WHERE id = (SELECT max(id) FROM mdl_user_enrolments WHERE enrolid IN (SELECT id FROM mdl_enrol WHERE courseid = 12))') \gset ignored_
SELECT participants AS people FROM moodle_mart.course_summary WHERE moodle_course_id = 12 \gset
CALL moodle_fdw.refresh();
SELECT is(refreshed(), ROW('db_enrolment'::text, 0::bigint, 0::bigint, 1::bigint), 'someone left a course that web services were refused: a mark');
SELECT is((SELECT participants FROM moodle_mart.course_summary WHERE moodle_course_id = 12), :people - 1::bigint, 'one participant less');
SELECT on_moodle('INSERT INTO mdl_user_enrolments (id, status, enrolid, userid, timestart, timeend, timecreated, timemodified)
                  SELECT 900001, 0, min(id), 115, 1700000000, 1800000000, 1700000001, 1700000002 FROM mdl_enrol WHERE courseid = 12 AND enrol = ''manual''') \gset ignored_
CALL moodle_fdw.refresh();
SELECT results_eq('SELECT method, methods, status, created_at, modified_at, starts_at, ends_at, roles FROM moodle_stg.enrolments WHERE (moodle_course_id, moodle_user_id) = (12, 115)',
                  $$VALUES ('manual', '{manual}'::text[], 0, to_timestamp(1700000001), to_timestamp(1700000002), to_timestamp(1700000000), to_timestamp(1800000000), '{}'::bigint[])$$,
                  'someone new, without a role yet');
SELECT is((SELECT count(*) FROM moodle_fdw.data_problems WHERE severity = 'error'), 0::bigint, 'no data check says that the warehouse is not what was read');

-- Chosen by what web services call it, and left out by a setting.
CALL moodle_fdw.refresh(entities => '{grades}');
SELECT set_eq($$SELECT name FROM moodle_fdw.run_steps WHERE run_id = last_run() AND layer = 'database'$$, $$VALUES ('db_grade')$$, 'entities choose for both');
INSERT INTO moodle_fdw.entity_settings (entity, enabled) VALUES ('db_grade', false);
CALL moodle_fdw.refresh();
SELECT is((SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id = last_run() AND layer = 'database'), 8::bigint, 'entity_settings leaves one out');
DELETE FROM moodle_fdw.entity_settings;

-- Something is missing there.
SELECT on_moodle('ALTER TABLE mdl_grade_grades RENAME TO mdl_gone') \gset ignored_
CALL moodle_fdw.refresh();
SELECT results_eq($$SELECT name, status FROM moodle_fdw.run_steps WHERE run_id = last_run() AND layer = 'database' AND status <> 'completed'$$, $$VALUES ('db_grade', 'failed')$$, 'a table that is gone fails its step alone');
SELECT matches((SELECT message FROM moodle_fdw.run_errors WHERE run_id = last_run() AND name = 'db_grade'), 'mdl_grade_grades', 'whose error names it');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE finalgrade IS NOT NULL), 18102::bigint, 'what was known stays');
SELECT on_moodle('ALTER TABLE mdl_gone RENAME TO mdl_grade_grades') \gset ignored_
DROP FOREIGN TABLE both_db.mdl_course_completions;
CALL moodle_fdw.refresh();
SELECT results_eq($$SELECT message, hint FROM moodle_fdw.run_errors WHERE run_id = last_run() AND name = 'db_completion'$$,
                  $$VALUES ('the database of "both" does not have what db_completion is read from',
                            'SELECT * FROM moodle_fdw.check_database(''both'') WHERE problem IS NOT NULL says what is missing; INSERT INTO moodle_fdw.entity_settings (entity, enabled) VALUES (''db_completion'', false) does without.')$$,
                  'a table that was never there is told with what to do');
SELECT moodle_fdw.detach_database('both') \gset ignored_
SELECT attach('both') \gset ignored_
DROP FOREIGN TABLE both_db.mdl_user_lastaccess, both_db.mdl_groups_members, both_db.mdl_user_info_data;
CALL moodle_fdw.refresh(entities => '{user,enrolment}');
SELECT is((SELECT count(*) FROM moodle_fdw.run_steps WHERE run_id = last_run() AND layer = 'database' AND status = 'completed'), 2::bigint, 'what only adds to a record may be missing');

-- By schema: tables that are here already.
CREATE SCHEMA here;
SELECT format('CREATE VIEW here.%I AS SELECT * FROM both_db.%I', relname, relname) FROM pg_class WHERE relnamespace = 'both_db'::regnamespace \gexec
SELECT moodle_fdw.attach_schema('local', 'here') \gset ignored_
CALL moodle_fdw.refresh(instances => '{local}');
SELECT is(last_status(), 'completed', 'a schema of views is as good');
SELECT is((SELECT count(*) FROM moodle_stg.enrolments WHERE instance = 'local'), 3500::bigint, 'with its enrolments');

-- Who may read it.
CREATE ROLE t322_nightly LOGIN;
SELECT moodle_fdw.setup_roles() \gset ignored_
GRANT moodle_etl TO t322_nightly;
SET ROLE t322_nightly;
SELECT throws_ok('SELECT moodle_fdw.chosen_instances(''{local}'')', '42501', 'no instance to refresh: local', 'without the right to read the tables: an error');
SELECT throws_ok('SELECT moodle_fdw.chosen_instances(NULL)', '42501', 'no instance to refresh: both, local', 'also where none is named');
SELECT is(moodle_fdw.can_read_database('both'), false, 'nor without a user mapping');
RESET ROLE;
GRANT USAGE ON SCHEMA here, both_db TO t322_nightly;
GRANT SELECT ON ALL TABLES IN SCHEMA here, both_db TO t322_nightly;
SET ROLE t322_nightly;
SELECT is(moodle_fdw.can_read_database('both'), false, 'a wrapper wants a user mapping, too');
SELECT is(moodle_fdw.chosen_instances(NULL), '{local}', 'what can be read is chosen');
CALL moodle_fdw.refresh();
SELECT is(last_status(), 'completed', 'and refreshed by a member of moodle_etl');
RESET ROLE;
SELECT is((SELECT role_name FROM moodle_fdw.runs WHERE run_id = last_run()), 't322_nightly', 'under its own name');
SELECT throws_matching($$SELECT moodle_fdw.chosen_instances('{nowhere}')$$, 'there is no moodle instance "nowhere"', 'an instance of neither kind');
SELECT is(moodle_fdw.has_database('local') AND NOT moodle_fdw.has_services('local') AND moodle_fdw.has_services('both'), true, 'what an instance has');

-- A site that is purged comes back whole.
SELECT moodle_fdw.purge_instance('local') \gset ignored_
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE instance = 'local'), 0::bigint, 'purged');
CALL moodle_fdw.refresh(instances => '{local}');
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE instance = 'local'), 1926::bigint, 'and read again');

-- Names as web services give them.
SELECT is(moodle_fdw.site_name(typed), given, typed) FROM (VALUES ('A & B', 'A &amp; B'), ('A &amp; B &#169; &x;', 'A &amp; B &#169; &x;'), ('<b>a</b> < b > c', 'a &lt; b &gt; c'), (NULL, NULL)) name (typed, given);
SELECT * FROM finish();
-- One by one: of several that share default privileges, PostgreSQL loses its way.
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{t322_nightly,moodle_reader,moodle_etl,moodle_admin}'::text[]) name \gexec
