-- Who may do what, and with whose token.
\ir lib/setup.sql
SELECT plan(39);
CREATE ROLE tap_admin NOLOGIN;
CREATE ROLE tap_deputy NOLOGIN NOINHERIT IN ROLE tap_admin;
CREATE ROLE tap_reader NOLOGIN;
CREATE ROLE tap_stranger NOLOGIN;
-- What docs/security.md tells to grant.
SELECT format('GRANT CREATE ON DATABASE %I TO tap_admin', current_database()) \gexec
GRANT USAGE ON FOREIGN DATA WRAPPER moodle_fdw TO tap_admin, tap_stranger;
GRANT EXECUTE ON FUNCTION moodle_fdw.add_instance, moodle_fdw.build_instance, moodle_fdw.attach_union,
    moodle_fdw.remove_instance TO tap_admin, tap_stranger;
GRANT SELECT ON ALL TABLES IN SCHEMA moodle_fdw TO tap_admin, tap_reader;
GRANT ALL ON SCHEMA public TO tap_admin, tap_reader, tap_stranger;

-- An administrator of instances who is no superuser.
CREATE FUNCTION add_own(name text, url text, token text, options jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    d text; h text; c text;
BEGIN
    PERFORM moodle_fdw.add_instance(name, url, token, options);
    RETURN 'added';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT, c = PG_EXCEPTION_CONTEXT;
    RETURN concat_ws(E'\n', SQLSTATE, SQLERRM, d, h, c);
END $$;
SET SESSION AUTHORIZATION tap_admin;
SELECT is(add_own('uni', :'sim_url', 'simadmin', '{}'), 'added', 'add_instance by a role with USAGE and CREATE');
SELECT is((SELECT owner FROM moodle_fdw.instances WHERE name = 'uni'), 'tap_admin', 'who owns what was made');
SELECT is((SELECT count(*) FROM uni.users), 198::bigint, 'and reads it');
SELECT is((SELECT count(*) FROM moodle_fdw.users WHERE instance = 'uni'), 198::bigint, 'through the union too');
SELECT throws_ok('SELECT count(*) FROM moodle_fdw.users', '42704', NULL,
                 'but not another''s instance, without a mapping for it');
SELECT throws_ok('DROP TABLE moodle_fdw.users', '42501', NULL, 'the unions stay the extension''s');
SELECT throws_ok('SELECT moodle_fdw.ensure_union(''users'')', '42501', NULL, 'what builds them is closed');
RESET SESSION AUTHORIZATION;
-- The same by who may become that role, and by a superuser acting as that role.
SET SESSION AUTHORIZATION tap_deputy;
SET ROLE tap_admin;
SELECT is(add_own('by_deputy', :'sim_url', 'simadmin', '{}'), 'added', 'a deputy, after SET ROLE');
RESET SESSION AUTHORIZATION;
SET ROLE tap_admin;
SELECT is(add_own('by_super', :'sim_url', 'simadmin', '{}'), 'added', 'a superuser, after SET ROLE');
SELECT is((SELECT count(*) FROM moodle_fdw.instances WHERE owner = 'tap_admin'), 3::bigint, 'all are the role''s');
SELECT lives_ok('SELECT moodle_fdw.remove_instance(''by_deputy'')', 'which may remove them');
RESET ROLE;
SELECT moodle_fdw.remove_instance('by_super') \gset ignored_

-- The token of a failing add_instance is in no message, wherever it fails.
SET SESSION AUTHORIZATION tap_admin;
CREATE TEMP TABLE said AS
SELECT reason, add_own(name, url, 'SECRETTOKEN' || tail, options) AS text
FROM (VALUES ('a name that is taken', 'uni', :'sim_url', '', '{}'::jsonb),
             ('a bad name', 'Bad Name', :'sim_url', '', '{}'),
             ('a bad address', 'bad', 'nowhere', '', '{}'),
             ('an unknown option', 'bad', :'sim_url', '', '{"x": 1}'),
             ('a bad token', 'bad', :'sim_url', ' white space', '{}'),
             ('an option for superusers', 'bad', :'sim_url', '', '{"verify_tls": "false"}'),
             ('a file of the server', 'bad', :'sim_url', '', '{"ca_file": "/etc/passwd"}'),
             ('a proxy', 'bad', :'sim_url', '', '{"proxy": "http://127.0.0.1:1"}'))
     tried (reason, name, url, tail, options);
SELECT ok(text NOT LIKE 'added%' AND text NOT LIKE '%SECRETTOKEN%', 'no token in what is said of ' || reason || ': ' || split_part(text, E'\n', 2))
FROM said;
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM pg_foreign_server WHERE srvname = 'bad'), 0::bigint, 'nothing was left behind');

-- Another role with USAGE on the wrapper cannot put its own into someone's place.
SET SESSION AUTHORIZATION tap_stranger;
SELECT throws_ok('SELECT moodle_fdw.attach_union(''uni.users'')', '42501', NULL, 'not another''s table');
SELECT throws_ok('SELECT moodle_fdw.remove_instance(''uni'')', '42501', NULL, 'another''s instance stays');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_admin;
CREATE SERVER half FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url :'sim_url');
GRANT USAGE ON FOREIGN SERVER half, uni TO tap_stranger, tap_reader;
GRANT USAGE ON SCHEMA uni TO tap_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA uni TO tap_reader;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_stranger;
CREATE FOREIGN TABLE public.forged (user_id bigint) SERVER half OPTIONS (entity 'users');
SELECT throws_like('SELECT moodle_fdw.attach_union(''public.forged'')', '%foreign server half%',
                   'nor one''s own over another''s server');
SELECT throws_ok('SELECT * FROM uni.users', '42501', NULL, 'tables are closed without a grant');
SELECT throws_ok('SELECT moodle_fdw.call(''sim'', ''core_webservice_get_site_info'')', '42501', NULL,
                 'call() needs USAGE on the server');
DROP FOREIGN TABLE public.forged;
RESET SESSION AUTHORIZATION;

-- A reader uses a token of their own, or none.
SET SESSION AUTHORIZATION tap_reader;
SELECT throws_ok('SELECT count(*) FROM uni.users', '42704', NULL, 'a reader without a mapping gets nothing');
SELECT is((SELECT has_token FROM moodle_fdw.instances WHERE name = 'uni'), false, 'and instances says so');
CREATE USER MAPPING FOR CURRENT_USER SERVER uni OPTIONS (token 'simteacher');
SELECT ok((SELECT count(*) FROM uni.users) BETWEEN 1 AND 150, 'with one''s own: what that token sees');
SELECT ok((SELECT count(*) FROM moodle_fdw.users WHERE instance = 'uni') BETWEEN 1 AND 150, 'in the union too');
SELECT is((SELECT count(*) FROM pg_user_mappings WHERE usename <> current_user AND umoptions IS NOT NULL),
          0::bigint, 'pg_user_mappings shows no other token');
SELECT throws_ok('TABLE pg_user_mapping', '42501', NULL, 'nor does the table under it');
ALTER USER MAPPING FOR CURRENT_USER SERVER uni OPTIONS (SET token 'simsuspended');
SELECT throws_ok('SELECT count(*) FROM uni.users', '28000', NULL, 'another token is used at once');
DROP USER MAPPING FOR CURRENT_USER SERVER uni;
SELECT throws_ok('SELECT count(*) FROM uni.users', '42704', NULL, 'and a dropped one no more');
RESET SESSION AUTHORIZATION;
CREATE USER MAPPING FOR PUBLIC SERVER uni OPTIONS (token 'simstudent');
SET SESSION AUTHORIZATION tap_reader;
SELECT ok((SELECT count(*) FROM uni.users) BETWEEN 1 AND 30, 'a mapping for PUBLIC is for those without one');
SELECT is((SELECT umoptions FROM pg_user_mappings WHERE srvname = 'uni' AND usename = 'public'), NULL,
          'and hides its token from them');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_admin;
SELECT is((SELECT count(*) FROM uni.users), 198::bigint, 'who has one keeps it');
RESET SESSION AUTHORIZATION;

-- The rights of a definer reach through its functions and views.
SET SESSION AUTHORIZATION tap_admin;
CREATE FUNCTION public.tap_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS 'SELECT count(*) FROM uni.users';
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_reader;
SELECT is(public.tap_count(), 198::bigint, 'a function of the owner reads with the owner''s token');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION tap_admin;
SELECT lives_ok('SELECT moodle_fdw.remove_instance(''uni'')', 'the owner removes it, mappings of others included');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM pg_user_mappings WHERE srvname = 'uni'), 0::bigint, 'nothing of it is left');
SELECT finish();
DROP FUNCTION public.tap_count();
SELECT format('REVOKE ALL ON DATABASE %I FROM tap_admin', current_database()) \gexec
DROP OWNED BY tap_admin, tap_deputy, tap_reader, tap_stranger CASCADE;
DROP ROLE tap_admin, tap_deputy, tap_reader, tap_stranger;
