-- What keeps row security whole: tables that come later, deploy(), refreshes by others, older servers.
\ir lib/setup.sql
\ir lib/access.sql
SELECT no_plan();
SELECT moodle_fdw.setup_roles() \gset ignored_
CREATE ROLE tap_alice LOGIN IN ROLE moodle_admin;
CREATE ROLE tap_bot LOGIN IN ROLE moodle_etl;
CREATE ROLE tap_ann LOGIN IN ROLE moodle_reader;
CREATE ROLE tap_nurse LOGIN;
GRANT ALL ON SCHEMA public TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;

-- An administrator who is no superuser does all of it, and is told who sees nothing from now on.
CREATE FUNCTION told(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    DROP TABLE IF EXISTS heard;
    CREATE TEMP TABLE heard (line text);
    EXECUTE format('COPY heard FROM PROGRAM %L', format('psql -qXAt -d %s -c "SET SESSION AUTHORIZATION tap_alice" -c %s 2>&1',
                   current_database(), for_shell(statement)));
    RETURN (SELECT string_agg(h.line, ' ') FROM heard h WHERE h.line ~ 'NOTICE|HINT|ERROR|WARNING');
END $$;
SELECT matches(told($$SELECT moodle_fdw.grant_access('tap_nurse', 'Health', 'Nursing')$$),
               'now on these see nothing.*: moodle_reader .*HINT', 'a notice names who read until now');
SELECT is(told($$SELECT moodle_fdw.grant_access('tap_nurse', 'Health', 'Nursing')$$), NULL, 'once');
SELECT matches((SELECT string_agg(problem, ' ') FROM moodle_fdw.access_gaps), 'tables that "postgres" makes in moodle_mart are readable by "moodle_reader"',
               'what is only for a superuser to close is told');
SELECT moodle_fdw.setup_roles() \gset ignored_
SELECT matches(told($$SELECT moodle_fdw.grant_access('tap_nurse', 'Helth')$$), 'no course fits', 'and of a directorate that there is not');
SELECT is(seen('tap_nurse', 'moodle_stg.courses', 'moodle_course_id'), '11', 'the grant is in force');
SELECT is(seen('tap_ann', 'moodle_stg.courses', 'moodle_course_id'), '', 'the reader sees nothing');
SELECT is(seen('tap_alice', 'moodle_stg.courses', 'moodle_course_id'), '-1,1,11,12,13,21,22', 'administrators all');
SELECT is(seen('tap_bot', 'moodle_stg.courses', 'moodle_course_id'), '-1,1,11,12,13,21,22', 'who refreshes too');
SELECT is_empty(
    $$SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'f')
        AND relnamespace::regnamespace::text IN ('moodle_raw', 'moodle_stg', 'moodle_mart') AND relowner <> 'moodle_admin'::regrole$$,
    'what was made for it belongs to all administrators');
SELECT told($$SELECT moodle_fdw.grant_access('moodle_reader')$$) \gset ignored_
SELECT is(seen('tap_ann', 'moodle_stg.courses', 'moodle_course_id'), '-1,1,11,12,13,21,22', 'a reader who is granted everything is as before');
SELECT moodle_fdw.revoke_access('moodle_reader') \gset ignored_

-- Every table of the schemas, whoever adds one to the extension.
CREATE FUNCTION unprotected() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace::regnamespace::text IN ('moodle_raw', 'moodle_stg', 'moodle_mart') AND relkind IN ('r', 'p')
      AND NOT (relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'moodle_fdw_access')
               AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'moodle_fdw_work'))
    UNION ALL
    SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace::regnamespace::text IN ('moodle_raw', 'moodle_stg', 'moodle_mart') AND relkind = 'v'
      AND relname NOT IN ('visible_courses', 'visible_people', 'wholly_visible_people', 'visible_categories')
      AND NOT coalesce(reloptions && '{security_invoker=true}', false)
    UNION ALL
    SELECT relation::text || ' ' || problem FROM moodle_fdw.access_gaps $$;
SELECT is_empty('SELECT unprotected()', 'no table is without a policy, no view reads as its owner');
SELECT is_empty(
    $$SELECT relation::text FROM moodle_fdw.warehouse_relations() WHERE kind IN ('r', 'p') AND moodle_fdw.access_rule(relation) = 'all'$$,
    'of none of ours is it unknown whose the rows are');
SELECT is_empty(
    $$SELECT relation::text, attname FROM moodle_fdw.warehouse_relations() JOIN pg_attribute ON attrelid = relation
      WHERE kind IN ('r', 'p') AND attnum > 0 AND attname ~ '(course|user)_?id$' AND atttypid IN ('bigint'::regtype, 'integer'::regtype)
        AND moodle_fdw.access_rule(relation) NOT IN ('course', 'person', 'whole_person')
        -- Rules, which may be for one course.
        AND relation::text NOT IN ('moodle_mart.analytics_thresholds')$$,
    'what names a course or a person is told apart by it');

-- deploy() changes nothing, and covers what is new.
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(polrelid::regclass || ' ' || polname || ' ' || pg_policy.xmin, E'\n' ORDER BY 1) FROM pg_policy $$;
SELECT state() AS before \gset
SET SESSION AUTHORIZATION tap_alice;
SELECT lives_ok('SELECT moodle_fdw.deploy()', 'deploy() again');
RESET SESSION AUTHORIZATION;
SELECT is(state(), :'before', 'leaves policies that are right alone');
SELECT is_empty('SELECT unprotected()', 'and the views that it makes anew are protected');
SET SESSION AUTHORIZATION tap_alice;
SET ROLE moodle_admin;
CREATE TABLE moodle_mart.later (instance text, course_id bigint, user_id bigint, note text);
CREATE TABLE moodle_mart.odd (a integer);
CREATE VIEW moodle_mart.seen_later AS SELECT * FROM moodle_mart.later;
CREATE MATERIALIZED VIEW moodle_mart.kept_later AS SELECT * FROM moodle_mart.later;
CREATE TABLE moodle_stg.events_2026_03 PARTITION OF moodle_stg.events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
SELECT moodle_stg.add_events_month('2026-05-01') \gset ignored_
INSERT INTO moodle_mart.later VALUES ('uni', 11, 101, 'a'), ('uni', 21, 103, 'b');
RESET ROLE;
RESET SESSION AUTHORIZATION;
SELECT is(refused(who, 'SELECT count(*) FROM ' || relation), '42501', who || ' does not read ' || relation || ' before it has a policy')
FROM unnest('{tap_nurse,tap_ann}'::text[]) who, unnest('{moodle_mart.later,moodle_mart.odd,moodle_mart.seen_later,moodle_stg.events_2026_03,moodle_stg.events_2026_05}'::text[]) relation;
SELECT set_has('SELECT relation::text FROM moodle_fdw.access_gaps', $$SELECT unnest('{moodle_mart.later,moodle_mart.odd,moodle_mart.seen_later}'::text[])$$,
               'which is told');
SELECT is_empty($$SELECT relation FROM moodle_fdw.access_gaps WHERE relation::text ~ 'events_2026'$$, 'but of partitions that nobody may read');
SELECT moodle_fdw.grant_access('moodle_reader', 'Law') \gset ignored_
SET SESSION AUTHORIZATION tap_alice;
SELECT moodle_fdw.deploy() \gset ignored_
RESET SESSION AUTHORIZATION;
SELECT is(seen('tap_nurse', 'moodle_mart.later', 'course_id'), '11', 'deploy() lets one read it, by what is granted');
SELECT is(seen('tap_ann', 'moodle_mart.later', 'course_id'), '21', 'others what was granted to them');
SELECT is(seen('tap_nurse', 'moodle_mart.seen_later', 'course_id'), '11', 'views over it too');
SELECT is(asked_by('tap_nurse', 'SELECT count(*) FROM moodle_mart.odd'), '0', 'of what has no columns to go by, nothing');
SELECT is(refused(who, 'SELECT count(*) FROM moodle_mart.kept_later'), '42501', who || ' reads no materialized view, which can have no policy')
FROM unnest('{tap_nurse,tap_ann}'::text[]) who;
SELECT results_eq('SELECT relation::text, remedy FROM moodle_fdw.access_gaps',
                  $$VALUES ('moodle_mart.odd', 'INSERT INTO moodle_fdw.access_rules, then SELECT moodle_fdw.apply_access();')$$, 'that remains to be said');
SET SESSION AUTHORIZATION tap_alice;
INSERT INTO moodle_fdw.access_rules VALUES ('moodle_mart.odd', 'anyone');
SELECT throws_ok($$INSERT INTO moodle_fdw.access_rules VALUES ('moodle_mart.later', 'everyone')$$, '23514', NULL, 'a rule that there is not');
INSERT INTO moodle_mart.odd VALUES (1);
SELECT moodle_fdw.apply_access() \gset ignored_
RESET SESSION AUTHORIZATION;
SELECT is(asked_by('tap_nurse', 'SELECT count(*) FROM moodle_mart.odd'), '1', 'and is said');
SELECT is((SELECT count(*) FROM moodle_fdw.access_gaps), 0::bigint, 'no gap is left');
CREATE POLICY open_to_all ON moodle_mart.later USING (true);
SELECT matches((SELECT problem FROM moodle_fdw.access_gaps), 'another policy.*open_to_all', 'but for a policy that lets more through');
DROP POLICY open_to_all ON moodle_mart.later;
CREATE TABLE moodle_mart.of_another (instance text, course_id bigint);
SELECT is(refused('tap_ann', 'SELECT count(*) FROM moodle_mart.of_another'), '42501', 'a superuser''s new table is closed as well');

-- A refresh by who is no owner, with row security on: as before.
SELECT moodle_fdw.add_instance('sim', :'sim_url', 'simadmin', '{"max_connections": 4, "retries": 1}') \gset ignored_
CREATE USER MAPPING FOR tap_bot SERVER sim OPTIONS (token 'simadmin');
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
SELECT is((SELECT status FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1), 'completed', 'a refresh as moodle_etl');
SELECT is_empty('SELECT name, message FROM moodle_fdw.run_errors', 'without an error');
SELECT is_empty($$SELECT check_name, table_name FROM moodle_fdw.data_problems WHERE instance = 'sim' AND severity = 'error'$$, 'or a row that is not as landed');
SELECT cmp_ok((SELECT count(*) FROM moodle_mart.course_units WHERE instance = 'sim'), '>=', 20::bigint, 'the courses have their units');
SELECT is((SELECT count(*) FROM moodle_mart.course_performance WHERE instance = 'sim'),
          (SELECT asked_by('tap_bot', $$SELECT count(*) FROM moodle_mart.course_performance WHERE instance = 'sim'$$)::bigint), 'and marts are whole');
SELECT is_empty('SELECT unprotected() EXCEPT SELECT ''moodle_mart.of_another no row security'' EXCEPT SELECT ''moodle_mart.of_another''', 'its partition of the landing has a policy');
CREATE FUNCTION conditions(who name) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE line text; found bigint := 0;
BEGIN
    PERFORM set_config('role', who, true);
    FOR line IN EXPLAIN SELECT * FROM moodle_stg.grades LOOP
        found := found + (line ~ 'Filter|SubPlan|InitPlan')::integer;
    END LOOP;
    PERFORM set_config('role', 'none', true);
    RETURN found;
END $$;
SELECT is(conditions('tap_bot'), 0::bigint, 'plans of who refreshes have no condition in them');
SELECT cmp_ok(conditions('tap_nurse'), '>', 0::bigint, 'as others'' have');
SELECT is(refused('tap_ann', 'SELECT count(*) FROM moodle_fdw.data_checks'), '42501', 'examples of rows');
SELECT is(asked_by('tap_ann', 'SELECT count(*) FROM moodle_fdw.data_problems'), '0', 'are for who sees whole instances');
INSERT INTO moodle_fdw.data_checks (instance, check_name, table_name, severity, failed_rows) VALUES ('sim', 'tap', 'users', 'note', 1);
SELECT is(asked_by('tap_alice', 'SELECT count(*) FROM moodle_fdw.data_problems WHERE check_name = ''tap'''), '1', 'administrators');
SELECT moodle_fdw.grant_access('tap_ann', instance => 'sim') \gset ignored_
SELECT is(asked_by('tap_ann', 'SELECT count(*) FROM moodle_fdw.data_problems WHERE check_name = ''tap'''), '1', 'and those');

-- Before PostgreSQL 15 a view asks for itself.
ALTER VIEW moodle_mart.student_performance RESET (security_invoker);
ALTER VIEW moodle_mart.roles RESET (security_invoker);
SELECT cmp_ok(asked_by('tap_nurse', 'SELECT count(*) FROM moodle_mart.student_performance')::bigint, '>', 4::bigint, 'a view of its owner shows all');
SELECT moodle_fdw.protect_view('moodle_mart.student_performance', false), moodle_fdw.protect_view('moodle_mart.roles', false) \gset ignored_
SELECT is(seen('tap_nurse', 'moodle_mart.student_performance', 'moodle_course_id'), '11', 'made over, what is granted');
SELECT is(asked_by('tap_nurse', 'SELECT count(*) FROM moodle_mart.roles'), '0', 'and where it does not say whose a row is, nothing');
SELECT cmp_ok(asked_by(who, 'SELECT count(*) FROM moodle_mart.student_performance')::bigint, '>', 4::bigint, who || ' sees all of it')
FROM unnest('{tap_alice,tap_bot}'::text[]) who;
SELECT pg_get_viewdef('moodle_mart.student_performance') AS made \gset
SELECT moodle_fdw.protect_view('moodle_mart.student_performance', false) \gset ignored_
SELECT is(pg_get_viewdef('moodle_mart.student_performance'), :'made', 'it is made over once');
CREATE FUNCTION pg_temp.listen(shown text) RETURNS boolean LANGUAGE plpgsql COST 0.000001 AS $$
BEGIN
    IF shown ~ 'Contracts' THEN RAISE EXCEPTION 'heard'; END IF;
    RETURN true;
END $$;
SELECT isnt(refused('tap_nurse', 'SELECT count(*) FROM moodle_mart.student_performance WHERE pg_temp.listen(course_name)'), 'P0001', 'no function hears of others');
SELECT moodle_fdw.deploy() \gset ignored_
SELECT is_empty('SELECT unprotected() EXCEPT SELECT ''moodle_mart.of_another no row security'' EXCEPT SELECT ''moodle_mart.of_another''', 'deploy() makes all as it should be');

-- The first grant within a query over the warehouse cannot change the tables that it reads.
SELECT moodle_fdw.disable_access() \gset ignored_
SELECT throws_ok($$SELECT moodle_fdw.grant_access('tap_nurse', directorate) FROM moodle_mart.course_units WHERE unit = 'Nursing'$$, '55006',
                 'row security cannot be switched on by a query that reads the warehouse', 'which is said');
SELECT is((SELECT count(*) FROM pg_class WHERE relrowsecurity), 0::bigint, 'and leaves nothing half done');
SELECT moodle_fdw.enable_access() \gset ignored_
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_nurse', directorate) FROM moodle_mart.course_units WHERE unit = 'Civil'$$, 'a later one may');
SELECT is(seen('tap_nurse', 'moodle_stg.courses', 'moodle_course_id'), '11,21,22', 'and is in force');

SELECT * FROM finish();
-- Its tables, which autovacuum would be at.
SELECT moodle_fdw.remove_instance('sim', purge => true) \gset ignored_
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_alice,tap_bot,tap_ann,tap_nurse,moodle_reader,moodle_etl,moodle_admin}'::text[]) name \gexec
