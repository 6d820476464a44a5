-- What moodle_admin, moodle_etl and moodle_reader may, and what not.
\ir lib/setup.sql
SELECT no_plan();
CREATE ROLE tap_stranger NOLOGIN;
SET ROLE tap_stranger;
SELECT throws_ok('SELECT moodle_fdw.setup_roles()', '42501', NULL, 'setup_roles() is closed');
RESET ROLE;
CREATE FUNCTION acls() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(of_what || ' ' || one::text, E'\n' ORDER BY of_what, one::text)
    FROM (SELECT oid::regclass::text, unnest(relacl) FROM pg_class
          UNION ALL SELECT oid::regprocedure::text, unnest(proacl) FROM pg_proc
          UNION ALL SELECT nspname::text, unnest(nspacl) FROM pg_namespace
          UNION ALL SELECT srvname::text, unnest(srvacl) FROM pg_foreign_server
          UNION ALL SELECT datname::text, unnest(datacl) FROM pg_database
          UNION ALL SELECT defaclrole::regrole || ' ' || defaclnamespace::regnamespace, unnest(defaclacl)
                    FROM pg_default_acl
          UNION ALL SELECT oid::regclass || ' ' || relowner::regrole, NULL FROM pg_class
                    WHERE relnamespace IN ('moodle_raw'::regnamespace, 'moodle_stg'::regnamespace,
                                           'moodle_mart'::regnamespace)) given(of_what, one) $$;
SELECT lives_ok('SELECT moodle_fdw.setup_roles()', 'a superuser sets up the roles');
SELECT acls() AS before \gset
SELECT lives_ok('SELECT moodle_fdw.setup_roles()', 'and may do so again');
SELECT is(acls(), :'before', 'which changes nothing');
SELECT is((SELECT count(*) FROM pg_roles
           WHERE rolname IN ('moodle_admin', 'moodle_etl', 'moodle_reader')
             AND NOT (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)),
          3::bigint, 'three roles that cannot log in, with no attribute');

-- Whoever closes a function decides here who may call it.
SELECT is_empty(
    $$SELECT routine.oid::regprocedure::text FROM pg_proc routine
      WHERE routine.pronamespace = 'moodle_fdw'::regnamespace
        AND NOT EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))
                        WHERE grantee = 0 OR grantee IN ('moodle_admin'::regrole, 'moodle_etl'::regrole))
        AND proname NOT IN ('setup_roles', 'ensure_union', 'moodle_fdw_handler')$$,
    'every closed function is somebody''s, but those of superusers');
SELECT is_empty(
    $$SELECT routine.oid::regprocedure::text FROM pg_proc routine, aclexplode(routine.proacl) given
      WHERE routine.pronamespace = 'moodle_fdw'::regnamespace AND given.grantee = 'moodle_reader'::regrole$$,
    'a reader may call none of them');
SELECT is_empty(
    $$SELECT relation.oid::regclass::text, privilege_type
      FROM pg_class relation, aclexplode(relation.relacl) given
      WHERE given.grantee = 'moodle_reader'::regrole AND privilege_type <> 'SELECT'$$,
    'a reader has no right but SELECT');
SELECT is_empty(
    $$SELECT relation.oid::regclass::text, privilege_type
      FROM pg_class relation, aclexplode(relation.relacl) given
      WHERE given.grantee = 0 AND (relnamespace IN ('moodle_raw'::regnamespace, 'moodle_stg'::regnamespace,
                                                    'moodle_mart'::regnamespace)
            OR (relnamespace = 'moodle_fdw'::regnamespace AND privilege_type <> 'SELECT'))$$,
    'PUBLIC has nothing in the warehouse, and writes nothing');

CREATE ROLE tap_alice LOGIN IN ROLE moodle_admin;
CREATE ROLE tap_bob LOGIN IN ROLE moodle_admin;
CREATE ROLE tap_bot LOGIN IN ROLE moodle_etl;
CREATE ROLE tap_ann LOGIN IN ROLE moodle_reader;
GRANT ALL ON SCHEMA public TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;

-- Administrators add instances, each their own, in one warehouse.
SET SESSION AUTHORIZATION tap_alice;
SELECT lives_ok(format('SELECT moodle_fdw.add_instance(''one'', %L, current_setting(''test.token''), ''{"max_connections": "4"}'')', :'sim_url'),
                'an administrator adds an instance');
SELECT is((SELECT count(*) FROM one.users), 198::bigint, 'reads it');
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE instance = 'one'), 198::bigint, 'through the union too');
SELECT lives_ok('CREATE USER MAPPING FOR tap_bot SERVER one OPTIONS (token ''simadmin'')',
                'and gives another a token for it');
SELECT lives_ok('INSERT INTO moodle_fdw.entity_settings (entity, late_after) VALUES (''user'', ''2 days'')',
                'sets how entities are treated');
SELECT lives_ok('SELECT moodle_fdw.add_transform(''tap_nothing'', ''mart'', ''SELECT 1'')', 'adds transforms');
SELECT lives_ok('SELECT moodle_fdw.remove_transform(''tap_nothing'')', 'and takes them away');
SELECT lives_ok('SELECT moodle_fdw.deploy()', 'brings the warehouse up to date');
SELECT lives_ok('UPDATE moodle_mart.role_kinds SET rank = rank', 'edits its rules');
SELECT throws_ok('CALL moodle_fdw.refresh()', '42501', NULL, 'does not refresh');
SELECT throws_ok('SELECT moodle_fdw.start_worker(1, ''one'')', '42501', NULL, 'nor starts workers');
SELECT throws_ok('SELECT moodle_fdw.schedule(''0 2 * * *'')', '42501', NULL, 'nor schedules');
SELECT throws_ok('SELECT moodle_fdw.setup_roles()', '42501', NULL, 'nor sets up roles');
SELECT throws_ok('INSERT INTO moodle_fdw.runs (instances, entities, full_scan) VALUES (''{one}'', ''{}'', false)',
                 '42501', NULL, 'nor writes a run log');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_bob;
SELECT lives_ok(format('SELECT moodle_fdw.add_instance(''two'', %L, current_setting(''test.token''))', :'sim_url'),
                'another administrator adds another one');
CREATE USER MAPPING FOR tap_bot SERVER two OPTIONS (token 'simadmin');
SELECT throws_ok('SELECT moodle_fdw.remove_instance(''one'')', '42501', NULL, 'and does not remove the first''s');
SELECT lives_ok('SELECT moodle_fdw.deploy()', 'deploys what the first deployed');
RESET SESSION AUTHORIZATION;
SELECT is_empty(
    $$SELECT oid::regclass::text FROM pg_class
      WHERE relnamespace IN ('moodle_raw'::regnamespace, 'moodle_stg'::regnamespace, 'moodle_mart'::regnamespace)
        AND relkind IN ('r', 'p', 'v', 'f') AND relowner <> 'moodle_admin'::regrole$$,
    'the warehouse belongs to all administrators, whoever made a part of it');

-- Who refreshes: both instances, in background workers of that role.
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
SELECT is((SELECT status FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1), 'completed', 'a refresh as moodle_etl');
SELECT is_empty('SELECT instance, name, message FROM moodle_fdw.run_errors', 'without an error');
SELECT is((SELECT role_name FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1), 'tap_bot', 'under its own name');
SELECT is((SELECT count(DISTINCT pid) FROM moodle_fdw.run_steps), 2::bigint, 'in two processes');
SELECT is((SELECT count(*) FROM moodle_stg.users), 396::bigint, 'which fill staging');
CALL moodle_fdw.refresh(full_scan => true);
SELECT is((SELECT status FROM moodle_fdw.runs ORDER BY run_id DESC LIMIT 1), 'completed', 'and again');
SELECT throws_ok('SELECT moodle_fdw.schedule(''0 2 * * *'')', '55000', 'pg_cron is not installed in this database', 'it may schedule');
CREATE TEMP TABLE tried (what text, statement text);
INSERT INTO tried VALUES
    ('add instances', format('SELECT moodle_fdw.add_instance(''three'', %L, current_setting(''test.token''))', :'sim_url')),
    ('remove them', 'SELECT moodle_fdw.remove_instance(''one'')'),
    ('make servers', 'CREATE SERVER three FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url ''http://127.0.0.1:1'')'),
    ('change servers', 'ALTER SERVER one OPTIONS (SET url ''http://127.0.0.1:1'')'),
    ('give tokens', 'CREATE USER MAPPING FOR tap_ann SERVER one OPTIONS (token ''simadmin'')'),
    ('take tokens', 'DROP USER MAPPING FOR tap_alice SERVER one'),
    ('make schemas', 'CREATE SCHEMA three'),
    ('make tables in raw', 'CREATE TABLE moodle_raw.three (a integer)'),
    ('make tables in staging', 'CREATE TABLE moodle_stg.three (a integer)'),
    ('make tables in marts', 'CREATE TABLE moodle_mart.three (a integer)'),
    ('change tables', 'ALTER TABLE moodle_stg.users ADD COLUMN three integer'),
    ('drop tables', 'DROP TABLE moodle_mart.course_performance'),
    ('empty tables', 'TRUNCATE moodle_raw.landing'),
    ('rewrite what has landed', 'UPDATE moodle_raw.landing SET data_json = NULL'),
    ('deploy', 'SELECT moodle_fdw.deploy()'),
    ('add transforms', 'SELECT moodle_fdw.add_transform(''three'', ''mart'', ''SELECT 1'')'),
    ('write them', 'INSERT INTO moodle_fdw.user_transforms (name, layer, statement) VALUES (''a'', ''mart'', ''b'')'),
    ('change how entities are treated', 'UPDATE moodle_fdw.entity_settings SET enabled = false'),
    ('edit rules', 'DELETE FROM moodle_mart.role_kinds'),
    ('delete the run log', 'DELETE FROM moodle_fdw.runs'),
    ('purge', 'SELECT moodle_fdw.purge(''1 year'')'),
    ('read live tables', 'SELECT FROM one.users'),
    ('read the unions', 'SELECT FROM moodle_fdw.users'),
    ('set up roles', 'SELECT moodle_fdw.setup_roles()');
SELECT throws_ok(statement, '42501', NULL, 'moodle_etl does not ' || what) FROM tried;
DROP TABLE tried;
RESET SESSION AUTHORIZATION;

-- Who reads.
SET SESSION AUTHORIZATION tap_ann;
SELECT lives_ok(format('SELECT FROM %s', relation.oid::regclass), format('a reader reads %s', relation.oid::regclass))
FROM pg_class relation
WHERE relkind IN ('r', 'v') AND (relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('moodle_stg', 'moodle_mart'))
      OR (relnamespace = 'moodle_fdw'::regnamespace
          AND relname NOT IN ('loaded', 'user_transforms', 'entity_settings', 'data_checks', 'access_grants', 'web_layers',
                              'forgotten', 'pseudonymised', 'pseudonym_keys', 'privacy_log')));
CREATE TEMP TABLE tried (what text, statement text);
INSERT INTO tried VALUES
    ('read raw', 'SELECT FROM moodle_raw.landing'),
    ('read the latest of it', 'SELECT FROM moodle_raw.current'),
    ('read of the past', 'SELECT FROM moodle_raw.as_of(now())'),
    ('read live tables', 'SELECT FROM one.users'),
    ('read the unions', 'SELECT FROM moodle_fdw.users'),
    ('call', 'SELECT moodle_fdw.call(''one'', ''core_webservice_get_site_info'')'),
    ('read settings', 'SELECT FROM moodle_fdw.entity_settings'),
    ('read examples of wrong rows', 'SELECT FROM moodle_fdw.data_checks'),
    ('read who sees what', 'SELECT FROM moodle_fdw.access_grants'),
    ('grant access', 'SELECT moodle_fdw.grant_access(''moodle_reader'')'),
    ('take it', 'SELECT moodle_fdw.revoke_access(''moodle_reader'')'),
    ('make web layers', 'SELECT moodle_fdw.trust_claims(''moodle_reader'')'),
    ('read keys', 'SELECT FROM moodle_fdw.pseudonym_keys'),
    ('try names', 'SELECT moodle_fdw.pseudonym(''one'', ''ann'')'),
    ('forget people', 'SELECT moodle_fdw.forget_user(''one'', 4)'),
    ('read who is forgotten', 'SELECT FROM moodle_fdw.forgotten'),
    ('switch row security', 'SELECT moodle_fdw.disable_access()'),
    ('read others'' transforms', 'SELECT FROM moodle_fdw.user_transforms'),
    ('write staging', 'DELETE FROM moodle_stg.users'),
    ('write marts', 'UPDATE moodle_mart.course_performance SET instance = instance'),
    ('write the run log', 'UPDATE moodle_fdw.runs SET status = ''failed'''),
    ('refresh', 'CALL moodle_fdw.refresh()'),
    ('refresh one', 'CALL moodle_fdw.refresh_instance(1, ''one'')'),
    ('start workers', 'SELECT moodle_fdw.start_worker(1, ''one'')'),
    ('cancel runs', 'SELECT moodle_fdw.cancel_run(1)'),
    ('schedule', 'SELECT moodle_fdw.schedule(''0 2 * * *'')'),
    ('unschedule', 'SELECT moodle_fdw.unschedule()'),
    ('land', 'SELECT moodle_fdw.land(1, ''one'', ''user'', NULL)'),
    ('add instances', format('SELECT moodle_fdw.add_instance(''three'', %L, current_setting(''test.token''))', :'sim_url')),
    ('make tables', 'CREATE TABLE moodle_mart.three (a integer)'),
    ('make tokens', 'CREATE USER MAPPING FOR CURRENT_USER SERVER one OPTIONS (token ''simadmin'')');
SELECT throws_ok(statement, '42501', NULL, 'moodle_reader does not ' || what) FROM tried;
RESET SESSION AUTHORIZATION;

-- Tokens: one's own at the most, as PostgreSQL has it.
CREATE FUNCTION tokens_seen() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(usename || ' ' || srvname, ', ' ORDER BY usename, srvname) FROM pg_user_mappings
    WHERE umoptions IS NOT NULL AND usename <> current_user $$;
GRANT EXECUTE ON FUNCTION tokens_seen() TO PUBLIC;
SELECT is((SELECT count(*) FROM pg_user_mappings WHERE umoptions IS NOT NULL), 5::bigint, 'there are five tokens');
SELECT format($$SET ROLE %1$I;
SELECT is(public.tokens_seen(), NULL, '%1$s sees no token of another');
SELECT throws_ok('TABLE pg_user_mapping', '42501', NULL, 'nor does %1$s read the table under it');
RESET ROLE$$, name) FROM unnest('{tap_alice, tap_bob, tap_bot, tap_ann, moodle_admin, moodle_etl, moodle_reader}'::text[]) name \gexec

-- What comes later.
SET SESSION AUTHORIZATION tap_alice;
SET ROLE moodle_admin;
CREATE TABLE moodle_mart.later (a integer);
RESET ROLE;
CREATE TABLE moodle_stg.later (a integer);
SELECT lives_ok('SELECT moodle_fdw.grant_roles()', 'an administrator passes rights on');
RESET SESSION AUTHORIZATION;
CREATE TABLE moodle_stg.super (a integer);
SET SESSION AUTHORIZATION tap_bot;
SELECT lives_ok('INSERT INTO moodle_mart.later VALUES (1)', 'a later table of moodle_admin');
SELECT lives_ok('INSERT INTO moodle_stg.later VALUES (1)', 'a later table of one administrator');
SELECT lives_ok('INSERT INTO moodle_stg.super VALUES (1)', 'a later table of who set up the roles');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_ann;
SELECT is((SELECT sum(a) FROM (TABLE moodle_mart.later UNION ALL TABLE moodle_stg.later UNION ALL TABLE moodle_stg.super) one),
          3::bigint, 'is there for readers too');
SELECT throws_ok('SELECT moodle_fdw.grant_roles()', '42501', NULL, 'who pass on nothing');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_alice;
SELECT lives_ok('SELECT moodle_fdw.remove_instance(''one'', purge => true)', 'an administrator removes an instance with its rows');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE instance = 'one'), 0::bigint, 'which are gone');

SELECT * FROM finish();
SELECT moodle_fdw.remove_instance('two') \gset ignored_
-- One by one: of several that share default privileges, PostgreSQL loses its way.
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_stranger,tap_alice,tap_bob,tap_bot,tap_ann,moodle_reader,moodle_etl,moodle_admin}'::text[]) name \gexec
