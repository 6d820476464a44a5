-- Every option: what is accepted, and what a bad value is told.
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
RESET client_min_messages;

-- One line for a refused statement: SQLSTATE, message and hint.
CREATE FUNCTION refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN format('%s %s %s', SQLSTATE, SQLERRM, '| ' || nullif(hint, ''));
END $$;
CREATE SERVER m FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9');
CREATE FUNCTION server_option(option text, value text) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format(CASE WHEN EXISTS (SELECT FROM pg_foreign_server, pg_options_to_table(srvoptions)
                                            WHERE srvname = 'm' AND option_name = option)
                               THEN 'ALTER SERVER m OPTIONS (SET %I %L)'
                               ELSE 'ALTER SERVER m OPTIONS (ADD %I %L)' END, option, value))
$$;
\x on
-- What is needed.
SELECT refusal('CREATE SERVER n FOREIGN DATA WRAPPER moodle_fdw') AS server_without_url,
       refusal('ALTER SERVER m OPTIONS (DROP url)') AS url_dropped,
       refusal('CREATE USER MAPPING FOR PUBLIC SERVER m') AS mapping_without_token,
       refusal('CREATE FOREIGN TABLE t (x int) SERVER m') AS table_without_entity,
       refusal('CREATE FOREIGN TABLE t (x int) SERVER m OPTIONS (entity ''users'', wsfunction ''core_user_get_users'')')
           AS table_with_both;
-- What is unknown.
SELECT refusal('ALTER FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url ''x'')') AS wrapper,
       refusal('ALTER SERVER m OPTIONS (urll ''x'')') AS server,
       refusal('CREATE USER MAPPING FOR PUBLIC SERVER m OPTIONS (tokn ''x'')') AS mapping,
       refusal('CREATE FOREIGN TABLE t (x int) SERVER m OPTIONS (entity ''users'', url ''x'')') AS foreign_table,
       refusal('CREATE FOREIGN TABLE t (x int OPTIONS (pth ''x'')) SERVER m OPTIONS (entity ''users'')') AS foreign_column,
       refusal('CREATE FOREIGN TABLE t (x int) SERVER m OPTIONS (entity ''user'')') AS entity;
-- A token belongs in a user mapping alone.
SELECT refusal('ALTER FOREIGN DATA WRAPPER moodle_fdw OPTIONS (token ''secret'')') AS wrapper,
       refusal('ALTER SERVER m OPTIONS (token ''secret'')') AS server,
       refusal('CREATE FOREIGN TABLE t (x int) SERVER m OPTIONS (entity ''users'', token ''secret'')') AS foreign_table,
       refusal('CREATE FOREIGN TABLE t (x int OPTIONS (token ''secret'')) SERVER m OPTIONS (entity ''users'')') AS foreign_column,
       refusal('CREATE USER MAPPING FOR PUBLIC SERVER m OPTIONS (token '''')') AS empty,
       refusal('CREATE USER MAPPING FOR PUBLIC SERVER m OPTIONS (token ''secret token'')') AS with_space,
       refusal(E'CREATE USER MAPPING FOR PUBLIC SERVER m OPTIONS (token ''secret\r\nHost: x'')') AS with_line,
       refusal('CREATE USER MAPPING FOR PUBLIC SERVER m OPTIONS (token ''0123456789abcdef'')') AS good;
\x off
\pset format unaligned
\t on
-- Addresses.
SELECT value || ' -> ' || server_option('url', value) FROM unnest(ARRAY[
    'https://ead.example.edu', 'https://ead.example.edu/', 'http://[::1]:8080/moodle', 'HTTPS://EAD.example.edu',
    '', 'ead.example.edu', 'ftp://ead.example.edu', 'file:///etc/passwd', 'https://', 'https://user:pass@ead.example.edu',
    'https://ead.example.edu?x=1', 'https://ead.example.edu#top', 'https://ead.example.edu:99999', 'https://ead.example.edu:0',
    'https://ead example.edu', E'https://ead.example.edu\r\nX: y', 'gopher://127.0.0.1']) value;
-- Durations, counts, rates, sizes.
SELECT option || ' ' || value || ' -> ' || server_option(option, value)
FROM unnest(ARRAY['connect_timeout', 'stall_timeout', 'request_timeout', 'retry_max_delay']) option,
     unnest(ARRAY['1', '500ms', '30s', '2min', '0', '-1', 'abc', '', '1 fortnight', '25h', '1e99', 'NaN']) value;
SELECT option || ' ' || value || ' -> ' || server_option(option, value)
FROM unnest(ARRAY['max_connections', 'retries']) option,
     unnest(ARRAY['1', '8', '0', '-1', '257', '1.5', 'many', '']) value;
SELECT 'requests_per_second ' || value || ' -> ' || server_option('requests_per_second', value)
FROM unnest(ARRAY['0.5', '10000', '0', '0.0001', '10001', 'fast', 'NaN', 'Infinity']) value;
SELECT 'max_response_size ' || value || ' -> ' || server_option('max_response_size', value)
FROM unnest(ARRAY['1024', '64MB', '1TB', '1023', '2TB', '-1', 'big', '']) value;
-- Choices and switches.
SELECT option || ' ' || value || ' -> ' || server_option(option, value)
FROM (VALUES ('on_unit_error', ARRAY['fail', 'skip', 'SKIP', 'ignore', '', 'fail|skip']),
             ('users_by', ARRAY['everyone', 'email', 'lastname', 'firstname', 'participants', 'report:7', 'report:', 'report:0', 'report:ID', 'report:7x', 'id']),
             ('http_version', ARRAY['auto', '1.1', '2', '3', '1']),
             ('compression', ARRAY['on', 'off', 'true', 'gzip']),
             ('verify_tls', ARRAY['true', 'false', 'perhaps']),
             ('ca_file', ARRAY['/etc/ssl/ca.pem', '']),
             ('proxy', ARRAY['http://127.0.0.1:3128', ''])) AS tried (option, "values"), unnest("values") value;
-- Tables and columns.
SELECT options || ' -> ' || refusal(format('CREATE FOREIGN TABLE t (x int) SERVER m OPTIONS (%s); DROP FOREIGN TABLE t', options))
FROM unnest(ARRAY[
    'entity ''users'', users_by ''email''', 'entity ''users'', users_by ''id''', 'entity ''users'', on_unit_error ''skip''',
    'entity ''users'', on_unit_error ''no''', 'entity ''Users''', 'entity ''''',
    'entity ''users'', rows ''/*''', 'entity ''users'', params ''{}''', 'entity ''users'', fan_out ''courses''',
    'wsfunction ''core_course_get_courses'', rows ''/*''', 'wsfunction ''core_user_delete_users'', rows ''/*''',
    'wsfunction ''no_such_function''', 'wsfunction ''''', 'wsfunction ''core_course_get_courses'', rows ''x''',
    'wsfunction ''core_course_get_courses'', rows ''/a/*b''', 'wsfunction ''core_course_get_courses'', rows ''''',
    'wsfunction ''core_course_get_courses'', params ''{"options": {"ids": [1, 2]}}''',
    'wsfunction ''core_course_get_courses'', params ''[1]''', 'wsfunction ''core_course_get_courses'', params ''{"a": ''',
    'wsfunction ''core_course_get_courses'', params ''{"wstoken": "x"}''',
    'wsfunction ''core_course_get_courses'', params ''{"wsfunction": "core_user_delete_users"}''',
    'wsfunction ''core_course_get_courses'', params ''{"a&wsfunction": "core_user_delete_users"}''',
    'wsfunction ''core_course_get_courses'', fan_out ''courses''', 'wsfunction ''core_course_get_courses'', fan_out ''course''']) options;
SELECT options || ' -> ' || refusal(format('CREATE FOREIGN TABLE t (x text OPTIONS (%s)) SERVER m OPTIONS (entity ''users''); DROP FOREIGN TABLE t', options))
FROM unnest(ARRAY['path ''id''', 'path ''grade/raw''', 'path ''../userid''', 'path ''''', 'path ''=courseid''', 'path ''@reason''',
                  'path ''a//b''', 'path ''a/../b''', 'path ''/a''', 'type ''epoch''', 'type ''bool01''', 'type ''md5''', 'type ''int''',
                  'param ''courseid''', 'param ''''']) options;
-- None of the refused is there, and the last accepted ones are.
SELECT jsonb_pretty(options) FROM moodle_fdw.instances WHERE name = 'm';
SELECT count(*) FROM pg_foreign_table;
-- Checked for a user mapping again when it changes.
SELECT refusal('ALTER USER MAPPING FOR PUBLIC SERVER m OPTIONS (SET token '''')');
SELECT refusal('ALTER USER MAPPING FOR PUBLIC SERVER m OPTIONS (DROP token)');
SELECT refusal('ALTER USER MAPPING FOR PUBLIC SERVER m OPTIONS (SET token ''fedcba'')');
DROP USER MAPPING FOR PUBLIC SERVER m;
DROP SERVER m;
DROP FUNCTION server_option, refusal;
