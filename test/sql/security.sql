-- What others may not do, and where a token is never seen.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
\set SHOW_CONTEXT never
DROP ROLE IF EXISTS regress_moodle_owner, regress_moodle_files, regress_moodle_reader, regress_moodle_stranger;
CREATE ROLE regress_moodle_owner;
CREATE ROLE regress_moodle_files IN ROLE pg_read_server_files;
CREATE ROLE regress_moodle_reader;
CREATE ROLE regress_moodle_stranger;
GRANT USAGE ON FOREIGN DATA WRAPPER moodle_fdw TO regress_moodle_owner, regress_moodle_files;

-- Without a grant nobody makes a server: it would let them reach into the network.
SET ROLE regress_moodle_stranger;
CREATE SERVER stranger FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9');
SELECT moodle_fdw.add_instance('stranger', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.remove_instance('stranger');
SELECT moodle_fdw.build_instance('stranger', 'http://127.0.0.1:9', '{}');
SELECT moodle_fdw.ensure_union('users');
SELECT moodle_fdw.attach_union('pg_class');
SELECT moodle_fdw.call('stranger', 'core_webservice_get_site_info');
SELECT * FROM moodle_fdw.users;
SELECT count(*) AS visible FROM moodle_fdw.instances;
RESET ROLE;

-- Files of the server and weaker TLS.
SET ROLE regress_moodle_owner;
CREATE SERVER owned FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', verify_tls 'false');
CREATE SERVER owned FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', verify_tls 'true');
CREATE SERVER owned FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', ca_file '/etc/passwd');
CREATE SERVER owned FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', proxy 'http://127.0.0.1:3128');
CREATE SERVER owned FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', retries '0');
ALTER SERVER owned OPTIONS (ADD verify_tls 'off');
CREATE USER MAPPING FOR regress_moodle_owner SERVER owned OPTIONS (token 'TokenOfTheOwner');
GRANT USAGE ON FOREIGN SERVER owned TO regress_moodle_reader;
RESET ROLE;
SET ROLE regress_moodle_files;
CREATE SERVER files FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', ca_file '/etc/ssl/ca.pem');
CREATE SERVER files2 FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', verify_tls 'false');
RESET ROLE;
-- What a superuser has set stays when the owner changes something else, and cannot be changed.
ALTER SERVER owned OPTIONS (ADD verify_tls 'false');
SET ROLE regress_moodle_owner;
ALTER SERVER owned OPTIONS (SET verify_tls 'true');
RESET ROLE;
ALTER SERVER owned OPTIONS (DROP verify_tls);

-- A user mapping's token is for its user.
CREATE SCHEMA of_owner AUTHORIZATION regress_moodle_owner;
SET ROLE regress_moodle_owner;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (users, site_info) FROM SERVER owned INTO of_owner;
GRANT USAGE ON SCHEMA of_owner TO regress_moodle_reader;
GRANT SELECT ON of_owner.users TO regress_moodle_reader;
SELECT umoptions FROM pg_user_mappings WHERE srvname = 'owned';
RESET ROLE;
SET ROLE regress_moodle_reader;
SELECT umoptions FROM pg_user_mappings WHERE srvname = 'owned' AND usename <> current_user;
SELECT * FROM pg_user_mapping;
SELECT count(*) FROM of_owner.site_info;
SELECT count(*) FROM of_owner.users;
SELECT moodle_fdw.call('owned', 'core_webservice_get_site_info');
SELECT name, has_token FROM moodle_fdw.instances WHERE name = 'owned';
-- A mapping of one's own is one's own to make, and another's is not.
CREATE USER MAPPING FOR regress_moodle_owner SERVER owned OPTIONS (token 'x');
ALTER USER MAPPING FOR regress_moodle_owner SERVER owned OPTIONS (SET token 'x');
DROP USER MAPPING FOR regress_moodle_owner SERVER owned;
CREATE USER MAPPING FOR regress_moodle_reader SERVER owned OPTIONS (token 'TokenOfTheReader');
SELECT name, has_token FROM moodle_fdw.instances WHERE name = 'owned';
RESET ROLE;
-- attach_union is granted on purpose only, and even then takes only what one owns.
GRANT EXECUTE ON FUNCTION moodle_fdw.attach_union(regclass) TO regress_moodle_reader, regress_moodle_owner;
SET SESSION AUTHORIZATION regress_moodle_reader;
SELECT moodle_fdw.attach_union('of_owner.users');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_moodle_owner;
SELECT moodle_fdw.attach_union('of_owner.users');
RESET SESSION AUTHORIZATION;
-- Reading the union asks with the union's rights, and the reader has none.
SET ROLE regress_moodle_reader;
SELECT count(*) FROM moodle_fdw.users;
RESET ROLE;

-- The token is nowhere but in the mapping.
SET ROLE regress_moodle_owner;
CREATE FUNCTION of_owner.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    d text; h text; c text; all_of text := '';
    line text;
BEGIN
    FOR line IN EXECUTE statement LOOP
        all_of := all_of || coalesce(line, '');
    END LOOP;
    RETURN all_of;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT, c = PG_EXCEPTION_CONTEXT;
    RETURN concat_ws(' ', SQLERRM, d, h);
END $$;
SELECT statement, length(text) > 20 AS says_something, text ~* 'Token(Of|%)' AS with_token
FROM unnest(ARRAY[
    'EXPLAIN (VERBOSE, FORMAT JSON) SELECT * FROM of_owner.users',
    'SELECT count(*) FROM of_owner.users',
    'SELECT moodle_fdw.call(''owned'', ''core_webservice_get_site_info'')::text',
    'SELECT i::text FROM moodle_fdw.instances i',
    'SELECT l::text FROM moodle_fdw.last_scan() l UNION SELECT repeat(''x'', 30)',
    'SELECT srvoptions::text || ''..............'' FROM pg_foreign_server WHERE srvname = ''owned''',
    'SELECT ftoptions::text || ''..............'' FROM pg_foreign_table',
    'SELECT repeat(''.'', 20) || string_agg(query, '' '') FROM pg_stat_activity WHERE query !~ ''unnest''']) statement,
    of_owner.said(statement) text;
RESET ROLE;
SELECT count(*) FILTER (WHERE setting ~ 'TokenOf') AS settings_with_token FROM pg_settings;

-- Other functions than those that read cannot be called, whatever the case or the spelling.
SET ROLE regress_moodle_owner;
SELECT moodle_fdw.call('owned', 'core_user_delete_users', '{"userids": [2]}');
SELECT moodle_fdw.call('owned', 'CORE_USER_GET_USERS');
SELECT moodle_fdw.call('owned', 'core_user_get_users&wsfunction=core_user_delete_users');
SELECT moodle_fdw.call('owned', 'core_webservice_get_site_info', '{"wstoken": "x"}');
SELECT moodle_fdw.call('owned', 'core_webservice_get_site_info', '{"a=b&wsfunction": "core_user_delete_users"}');
SELECT moodle_fdw.call('owned', 'core_webservice_get_site_info', '[]');
SELECT moodle_fdw.call('nobody', 'core_webservice_get_site_info');
RESET ROLE;
DROP OWNED BY regress_moodle_owner, regress_moodle_files, regress_moodle_reader CASCADE;
DROP ROLE regress_moodle_owner, regress_moodle_files, regress_moodle_reader, regress_moodle_stranger;
