-- Ways around row security that somebody with SQL of his own might try. The attacker sees course 11 of
-- uni, with Ann and Bob; what is not for him is of abroad, of courses 1, 12 to 22, or of other people.
\ir lib/setup.sql
\ir lib/access.sql
SELECT no_plan();
CREATE ROLE tap_boss NOLOGIN;
CREATE ROLE tap_nurse LOGIN;
CREATE ROLE tap_web NOLOGIN;
CREATE ROLE tap_authenticator LOGIN NOINHERIT IN ROLE tap_web;
SELECT moodle_fdw.grant_access('tap_boss') \gset ignored_
SELECT moodle_fdw.grant_access('tap_nurse', 'Health', 'Nursing', 'uni') \gset ignored_
SELECT moodle_fdw.grant_access('carla', 'Health', 'Pharmacy', web => true) \gset ignored_
SELECT moodle_fdw.trust_claims('tap_web') \gset ignored_
-- The worst case: raw may be read, and much may be written.
GRANT USAGE ON SCHEMA moodle_raw TO tap_nurse;
GRANT SELECT ON ALL TABLES IN SCHEMA moodle_raw TO tap_nurse;
CREATE TABLE moodle_stg.events_old PARTITION OF moodle_stg.events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, course_id, component, action, target, context_level, context_instance_id, ip)
SELECT instance, row_number() OVER (), '2026-01-10', moodle_user_id, moodle_course_id, 'mod_page', 'viewed', 'course_module', 50,
       moodle_course_id, '192.0.2.' || moodle_user_id FROM moodle_stg.enrolments;
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, course_id, component, action, target, context_level, context_instance_id)
VALUES ('uni', 1001, '2026-01-10', 103, 0, 'core', 'loggedin', 'user', 10, 0), ('uni', 1002, '2026-01-10', 103, NULL, 'core', 'loggedin', 'user', 10, 0);
INSERT INTO moodle_mart.user_activity (instance, moodle_course_id, course_name, extraction_date, from_date)
SELECT instance, moodle_course_id, fullname, '2026-01-10', '2026-01-10' FROM moodle_stg.courses;
INSERT INTO moodle_mart.usage_daily (instance, moodle_course_id, moodle_user_id, day, events, views, submissions, posts, sessions,
    dedication_minutes, verbs, first_at, last_at)
SELECT instance, moodle_course_id, moodle_user_id, '2026-01-10', 1, 1, 0, 0, 1, 0, '{"viewed": 1}', '2026-01-10', '2026-01-10'
FROM (SELECT instance, moodle_course_id, moodle_user_id FROM moodle_stg.enrolments UNION ALL VALUES ('uni', 0, 103)) taking;
SELECT moodle_fdw.apply_access() \gset ignored_
GRANT SELECT ON ALL TABLES IN SCHEMA moodle_stg, moodle_mart TO tap_nurse;
ANALYZE;
-- What must not show.
CREATE FUNCTION is_secret(shown text) RETURNS boolean LANGUAGE sql AS $$
    SELECT shown ~* '\m(cid|dan|eve|fay|zoe|abroad|law|civil|contracts|justice|drugs|front page|heridas|loggedin)\M|192\.0\.2\.10[3-6]' $$;

-- A function that is cheaper than any policy, and tells what it is asked about; over every table and
-- view that can be read.
GRANT ALL ON SCHEMA public TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;
CREATE TABLE overheard (relation text, shown text);
GRANT ALL ON overheard TO PUBLIC;
SET SESSION AUTHORIZATION tap_nurse;
CREATE FUNCTION pg_temp.listen(of_relation text, shown text) RETURNS boolean LANGUAGE plpgsql COST 0.000001 AS $$
BEGIN
    INSERT INTO public.overheard VALUES (of_relation, shown);
    RETURN true;
END $$;
CREATE TEMP TABLE readable AS
    SELECT oid::regclass AS name FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(oid, 'SELECT')
      AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('moodle_raw', 'moodle_stg', 'moodle_mart', 'moodle_fdw')
                             AND has_schema_privilege(oid, 'USAGE'));
SELECT cmp_ok(count(*), '>=', 35::bigint, 'there is much to read') FROM readable;
SELECT lives_ok(format('SELECT count(*) FROM %s one WHERE pg_temp.listen(%L, one::text)', name, name), 'a function asked of ' || name)
FROM readable;
SELECT lives_ok(format('SELECT count(*) FROM %s one JOIN (VALUES (1)) own(a) ON pg_temp.listen(%L, one::text) AND pg_temp.listen(%L, a::text)
                        GROUP BY one::text ORDER BY pg_temp.listen(%L, one::text)', name, name, name, name), 'and in a join and an order of ' || name)
FROM readable;
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT DISTINCT relation, shown FROM overheard WHERE is_secret(shown)', 'hears nothing of others');
SELECT set_has(
    $$SELECT DISTINCT relation FROM overheard$$,
    $$SELECT unnest('{moodle_stg.users,moodle_stg.courses,moodle_stg.events,moodle_stg.events_old,moodle_stg.grades,moodle_raw.landing,moodle_raw.current,moodle_mart.course_performance,moodle_mart.user_progress,moodle_mart.visible_courses,moodle_mart.visible_people,moodle_mart.roles,moodle_fdw.my_access}'::text[])$$,
    'but of what is its own');
SELECT isnt_empty($$SELECT FROM moodle_stg.users WHERE is_secret(users::text)$$, 'there is something to hide');

SET SESSION AUTHORIZATION tap_nurse;
-- Errors.
SELECT lives_ok('SELECT 1 / (moodle_user_id - 103) FROM moodle_stg.users', 'no division by another''s number');
SELECT lives_ok('SELECT FROM moodle_stg.users WHERE 1 / (moodle_user_id - 103) > 5', 'nor in a condition');
SELECT throws_ok('SELECT FROM moodle_stg.users WHERE 1 / (moodle_user_id - 102) > 5', '22012', NULL, 'which is made of one''s own');
SELECT lives_ok($$SELECT FROM moodle_stg.users WHERE CASE WHEN email LIKE 'cid%' THEN email::integer END > 5$$, 'no cast of another''s address');
SELECT lives_ok($$SELECT FROM moodle_mart.course_performance WHERE CASE WHEN moodle_course_id = 21 THEN course_name::date END > now()$$, 'nor of a course''s name');
-- By another way to the same rows.
SELECT is((SELECT count(*) FROM moodle_stg.users TABLESAMPLE SYSTEM (100)), 2::bigint, 'samples');
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE ctid IN (SELECT format('(0,%s)', n)::tid FROM generate_series(1, 100) n)), 2::bigint, 'places on disk');
SELECT is((SELECT count(*) FROM ONLY moodle_stg.courses), 1::bigint, 'ONLY');
SELECT is((SELECT count(*) FROM moodle_stg.events), 2::bigint, 'events of the course');
SELECT is((SELECT count(*) FROM moodle_stg.events_old), 2::bigint, 'in their partition too');
SELECT ok(NOT is_secret(table_to_xml('moodle_stg.users', true, true, '')::text), 'a table as XML');
SELECT ok(NOT is_secret(schema_to_xml('moodle_mart', true, true, '')::text), 'a schema as XML');
SELECT ok(NOT is_secret(query_to_xml('TABLE moodle_mart.course_performance', true, true, '')::text), 'a query as XML');
CREATE TEMP VIEW mine AS SELECT * FROM moodle_stg.users;
SELECT is((SELECT count(*) FROM mine), 2::bigint, 'a view of his own');
CREATE TEMP TABLE copied AS TABLE moodle_stg.users;
SELECT is((SELECT count(*) FROM copied), 2::bigint, 'a copy of his own');
SELECT throws_ok('CREATE TEMP TABLE child () INHERITS (moodle_stg.users)', '42501', NULL, 'a child of a table');
RESET SESSION AUTHORIZATION;
\set place `mktemp`
SET SESSION AUTHORIZATION tap_nurse;
COPY moodle_stg.users (email) TO STDOUT \g :place
RESET SESSION AUTHORIZATION;
\setenv place :place
\set copied `sort "$place" | tr '\n' ' '; rm -f "$place"`
SELECT is(:'copied'::text, 'ann@example.org bob@example.org ', 'COPY');
SET SESSION AUTHORIZATION tap_nurse;
SELECT set_config(CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END,
                  'on', false) AS parallel \gset ignored_
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT is((SELECT count(*) FROM moodle_stg.enrolments), 2::bigint, 'in parallel');
SELECT set_config(CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END,
                  'off', false) AS parallel \gset ignored_

-- By switching it off, or what it goes by.
SET row_security = off;
SELECT throws_ok('TABLE moodle_stg.users', '42501', NULL, 'row_security = off is an error');
RESET row_security;
CREATE TEMP TABLE tried (what text, statement text);
INSERT INTO tried VALUES
    ('switch it off', 'ALTER TABLE moodle_stg.users DISABLE ROW LEVEL SECURITY'),
    ('drop the policy', 'DROP POLICY moodle_fdw_access ON moodle_stg.users'),
    ('add one', 'CREATE POLICY mine ON moodle_stg.users USING (true)'),
    ('change a view', 'ALTER VIEW moodle_mart.visible_courses SET (security_barrier = false)'),
    ('replace it', 'CREATE OR REPLACE VIEW moodle_mart.visible_courses AS SELECT instance, moodle_course_id, moodle_category_id FROM moodle_mart.course_units'),
    ('read the grants', 'TABLE moodle_fdw.access_grants'),
    ('write them', 'INSERT INTO moodle_fdw.access_grants (grantee) VALUES (''tap_nurse'')'),
    ('grant', 'SELECT moodle_fdw.grant_access(''tap_nurse'')'),
    ('become a web layer', 'SELECT moodle_fdw.trust_claims(''tap_nurse'')'),
    ('read who is one', 'TABLE moodle_fdw.web_layers'),
    ('write that', 'INSERT INTO moodle_fdw.web_layers VALUES (''tap_nurse'', ''username'')'),
    ('say how rows are told apart', 'INSERT INTO moodle_fdw.access_rules VALUES (''moodle_stg.users'', ''anyone'')'),
    ('have that applied', 'SELECT moodle_fdw.apply_access()'),
    ('disable it', 'SELECT moodle_fdw.disable_access()'),
    ('say it is not on', 'DELETE FROM moodle_fdw.access_state'),
    ('put courses elsewhere', 'UPDATE moodle_mart.course_units SET directorate = ''Health'', unit = ''Nursing'''),
    ('by a rule', 'INSERT INTO moodle_mart.course_unit_rules (instance, moodle_course_id, directorate) VALUES (''uni'', 21, ''Health'')'),
    ('by a trigger', 'SELECT moodle_mart.course_unit_rules_changed()'),
    ('enrol people', 'INSERT INTO moodle_stg.enrolments (instance, moodle_course_id, moodle_user_id, ts_extract) VALUES (''uni'', 11, 103, now())'),
    ('become another', 'SET ROLE tap_boss'),
    ('become a web layer by SET ROLE', 'SET ROLE tap_web'),
    ('take statistics', 'SELECT stavalues1 FROM pg_statistic'),
    ('try names', 'SELECT moodle_fdw.pseudonym(''uni'', ''cid'')'),
    ('or hashes', 'SELECT moodle_fdw.keyed_hash(''uni'', '''')'),
    ('make keys', 'SELECT moodle_fdw.new_key(''uni'')'),
    ('read them', 'SELECT FROM moodle_fdw.pseudonym_keys'),
    ('read who is forgotten', 'SELECT FROM moodle_fdw.forgotten'),
    ('forget people', 'SELECT moodle_fdw.forget_user(''uni'', 103)'),
    ('have tables made', 'SELECT moodle_stg.add_events_month(''2030-01-01'')'),
    ('or tended', 'SELECT moodle_stg.tend_events()'),
    ('read live tables', 'SELECT FROM moodle_fdw.users'),
    ('read checks', 'SELECT FROM moodle_fdw.data_checks');
SELECT throws_ok(statement, '42501', NULL, 'he does not ' || what) FROM tried;
SELECT is((SELECT count(*) FROM pg_stats WHERE schemaname IN ('moodle_stg', 'moodle_mart', 'moodle_raw')), 0::bigint, 'pg_stats shows nothing');
SELECT is((SELECT count(*) FROM pg_stats_ext WHERE schemaname IN ('moodle_stg', 'moodle_mart', 'moodle_raw')), 0::bigint, 'nor of more than one column');

-- By claims.
SET "request.jwt.claims" = '{"username": "carla"}';
SELECT is((SELECT string_agg(moodle_course_id::text, ',') FROM moodle_stg.courses), '11', 'claims of a role that is no web layer say nothing');
SET "request.jwt.claims" = '{"username": "tap_boss", "role": "tap_boss"}';
SELECT is((SELECT string_agg(moodle_course_id::text, ',') FROM moodle_stg.courses), '11', 'whatever they name');
SET "request.jwt.claims" = 'no JSON';
SELECT is((SELECT string_agg(moodle_course_id::text, ',') FROM moodle_stg.courses), '11', 'and need be no JSON');
SELECT is(moodle_fdw.web_user(), NULL, 'he is no user of a web layer');
RESET "request.jwt.claims";

-- By names: what policies call is not looked up when they are asked.
CREATE TEMP VIEW my_access AS SELECT NULL::text AS directorate, NULL::text AS unit, NULL::text AS instance;
CREATE TEMP TABLE access_grants (grantee text, is_web boolean, directorate text, unit text, instance text);
INSERT INTO access_grants VALUES ('tap_nurse', false, NULL, NULL, NULL);
CREATE FUNCTION pg_temp.sees_all() RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION pg_temp.pg_has_role(oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION pg_temp.to_regrole(text) RETURNS regrole LANGUAGE sql AS $$SELECT 'tap_nurse'::regrole$$;
CREATE FUNCTION pg_temp.equal(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR pg_temp.= (FUNCTION = pg_temp.equal, LEFTARG = text, RIGHTARG = text);
SET search_path = pg_temp, moodle_fdw, moodle_mart, moodle_stg, public, pg_catalog;
SELECT is((SELECT string_agg(moodle_course_id::text, ',') FROM moodle_stg.courses), '11', 'names of his own before ours');
SELECT is((SELECT count(*) FROM moodle_mart.visible_courses), 1::bigint, 'likewise');
RESET search_path;
SET search_path = public, pg_catalog;

-- Prepared by one, executed by another; and within what another runs.
RESET SESSION AUTHORIZATION;
PREPARE courses AS SELECT string_agg(moodle_course_id::text, ',' ORDER BY moodle_course_id) FROM moodle_stg.courses WHERE instance = 'uni';
SET ROLE tap_boss;
EXECUTE courses \gset boss_
EXECUTE courses \gset boss_
SET plan_cache_mode = force_generic_plan;
EXECUTE courses \gset boss_
RESET ROLE;
SET ROLE tap_nurse;
EXECUTE courses \gset nurse_
RESET ROLE;
SET ROLE tap_web;
SET "request.jwt.claims" = '{"username": "carla"}';
EXECUTE courses \gset carla_
SELECT throws_ok('SET "request.jwt.claims" = ''{"username": "mallory"}''; EXECUTE courses', '42501', NULL, 'a prepared one asks anew who it is for');
RESET "request.jwt.claims";
RESET ROLE;
RESET plan_cache_mode;
SELECT is(:'boss_string_agg'::text || ' ' || :'nurse_string_agg' || ' ' || :'carla_string_agg', '1,11,12,13,21,22 11 12', 'a prepared statement gives each his own');
CREATE FUNCTION public.as_boss() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM moodle_stg.courses';
ALTER FUNCTION public.as_boss() OWNER TO tap_nurse;
SELECT is(asked_by('tap_boss', 'SELECT public.as_boss()'), '1', 'what runs as another sees as that one');

-- Who may write rows may not write others'.
GRANT INSERT, UPDATE, DELETE ON moodle_stg.grades, moodle_stg.users TO tap_nurse;
SET SESSION AUTHORIZATION tap_nurse;
SELECT throws_ok($$INSERT INTO moodle_stg.users (instance, moodle_user_id, ts_extract) VALUES ('uni', 103, now())$$, '42501', NULL, 'a key that is there');
SELECT throws_ok($$INSERT INTO moodle_stg.users (instance, moodle_user_id, ts_extract) VALUES ('uni', 999, now())$$, '42501', NULL, 'is told from one that is not by nothing');
SELECT throws_ok($$INSERT INTO moodle_stg.users (instance, moodle_user_id, ts_extract) VALUES ('uni', 103, now()) ON CONFLICT DO NOTHING$$, '42501', NULL, 'nor so');
SELECT throws_ok($$UPDATE moodle_stg.grades SET moodle_course_id = 21$$, '42501', NULL, 'no row goes elsewhere');
SELECT lives_ok($$DELETE FROM moodle_stg.grades$$, 'who may delete');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM moodle_stg.grades), 5::bigint, 'deletes what he sees');

-- Functions that give data run as who calls them.
SELECT is_empty(
    $$SELECT oid::regprocedure::text FROM pg_proc
      WHERE prosecdef AND pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'moodle\_%')
        -- Each is closed, and makes or tends what it is named after, whoever calls it.
        AND proname NOT IN ('attach_union', 'add_events_month', 'tend_events', 'pseudonym', 'keyed_hash', 'new_key')$$, 'none of ours lends the rights of its owner, but what is known');
SET SESSION AUTHORIZATION tap_nurse;
SELECT is((SELECT string_agg(DISTINCT record_key, ',' ORDER BY record_key) FROM moodle_raw.as_of(now() + interval '1 day')), '1,101,102,11,11:101,11:102,2', 'the past');
SELECT is((SELECT count(*) FROM moodle_raw.history('uni', 'user', '103')), 0::bigint, 'a history of another');
SELECT is((SELECT count(*) FROM moodle_raw.history('uni', 'user', '101')), 1::bigint, 'and of his own');
SELECT is((SELECT count(*) FROM moodle_fdw.landed('uni', 'user', 0, 100000)), 2::bigint, 'parts of a refresh');
SELECT is((SELECT count(*) FROM moodle_fdw.latest_versions('uni', 'user', NULL)), 2::bigint, 'that anyone may call');
SELECT is((SELECT string_agg(told ->> 'moodle_course_id', ',') FROM jsonb_array_elements(moodle_fdw.export_user_activity(1000, 0, '2026-01-10') -> 'data') told), '11', 'what is exported');
SELECT is((SELECT string_agg(moodle_course_id::text, ',') FROM moodle_fdw.activity_results('2026-01-10')), '11', 'results');
SELECT is((SELECT string_agg(moodle_user_id::text, ',' ORDER BY moodle_user_id) FROM moodle_mart.user_verbs), '101,102', 'what people did');
SELECT ok(NOT is_secret(page), 'part of a report') FROM unnest(ARRAY[moodle_fdw.report_tiles('uni'), moodle_fdw.report_charts('uni'),
    moodle_fdw.report_tiles('abroad'), moodle_fdw.report_charts('abroad')]) page;
SELECT throws_ok($$SELECT moodle_fdw.call('sim', 'core_user_get_users')$$, '42704', NULL, 'a call needs a token');
RESET SESSION AUTHORIZATION;

-- Estimates: a name that is there, one that is not; and no statistics of such columns at all.
CREATE FUNCTION estimate(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$;
SELECT is(asked_by('tap_nurse', format($$SELECT estimate('SELECT FROM moodle_stg.users WHERE %I = ''%s''')$$, of_column, there)),
          asked_by('tap_nurse', format($$SELECT estimate('SELECT FROM moodle_stg.users WHERE %I = ''nobody''')$$, of_column)),
          'the estimate for a ' || of_column || ' is the same whether it is there or not')
FROM (VALUES ('username', 'cid'), ('email', 'cid@example.org'), ('firstname', 'Cid'), ('lastname', 'Example')) tried(of_column, there);
SELECT is_empty(
    $$SELECT tablename, attname FROM pg_stats WHERE schemaname IN ('moodle_stg', 'moodle_mart')
        AND attname IN ('username', 'email', 'firstname', 'lastname', 'feedback')$$, 'statistics hold nobody''s name');

-- The web layer.
SELECT is(refused('tap_web', 'SELECT count(*) FROM moodle_stg.courses', '{"username": "mallory"}'), '42501', 'unknown');
SELECT is(refused('tap_web', 'SELECT moodle_fdw.sees_all()', '{"username": "mallory"}'), '42501', 'and before anything is looked for');
SELECT is(refused('tap_web', 'SELECT count(*) FROM moodle_mart.visible_courses', '{"username": "mallory"}'), 'it gave 0', 'who sees no course');
SELECT is(refused('tap_web', 'SELECT count(*) FROM moodle_fdw.access', '{"username": "carla"}'), 'it gave 0', 'nor whom else there is');
SET SESSION AUTHORIZATION tap_authenticator;
SELECT throws_ok('SELECT FROM moodle_stg.courses', '42501', NULL, 'the login role of a web layer sees nothing by itself');
SET ROLE tap_web;
SELECT throws_ok('SELECT FROM moodle_stg.courses', '42501', 'the request names no user', 'nor without a request');
SET "request.jwt.claims" = '{"username": "carla"}';
SELECT is((SELECT string_agg(moodle_course_id::text, ',') FROM moodle_stg.courses), '12', 'with one, what its user sees');
SELECT throws_ok($$UPDATE moodle_stg.courses SET fullname = ''$$, '42501', NULL, 'and writes nothing');
RESET "request.jwt.claims";
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_boss,tap_nurse,tap_authenticator,tap_web}'::text[]) name \gexec
