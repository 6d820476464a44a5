-- A site's own database attached, looked at, taken off.
\ir lib/setup.sql
\ir lib/site.sql
SELECT no_plan();
-- Arguments.
SELECT is((failure_of($$SELECT moodle_fdw.attach_database('Site', 'postgres', username => 'postgres')$$)).state, '42602',
          'an instance''s name is checked');
SELECT is((failure_of($$SELECT moodle_fdw.attach_database('site', 'oracle', username => 'postgres')$$)).message,
          'unknown kind of database: oracle', 'so is the kind');
SELECT is((failure_of($$SELECT moodle_fdw.attach_database('site', 'postgres', prefix => 'mdl"')$$)).message,
          'invalid prefix of tables: ''mdl"''', 'so is the prefix');
SELECT is((failure_of($$SELECT moodle_fdw.attach_database('site', 'postgres', time_zone => 'Mars/Base')$$)).message,
          'unknown time zone: ''Mars/Base''', 'so is the time zone');
SELECT is((failure_of($$SELECT moodle_fdw.attach_database('site', 'postgres', dbname => NULL)$$)).message,
          'dbname is missing', 'and what is missing is said');
SELECT is((failure_of($$SELECT moodle_fdw.attach_database('site', 'mysql', host => '127.0.0.1', username => 'moodle')$$)).message,
          'mysql_fdw is not installed in this database', 'a wrapper that is not there');
SELECT alike((failure_of(format($$SELECT moodle_fdw.attach_database('site', 'postgres', host => %L, port => 1, username => 'x')$$, :'site_host'))).message,
             '%connect%', 'a server that is not there');
SELECT is_empty('TABLE moodle_fdw.databases', 'what fails leaves nothing behind');
SELECT is_empty($$SELECT srvname FROM pg_foreign_server WHERE srvname = 'site_db'$$, 'no server');
SELECT ok(to_regnamespace('site_db') IS NULL, 'no schema');
-- A database that is no Moodle's, and one that is short of something.
SELECT is((failure_of(format($$SELECT moodle_fdw.attach_database('site', 'postgres', host => %L, port => %s, dbname => 'postgres', username => 'postgres')$$,
                             :'site_host', :'site_port'))).message,
          'the database of "site" cannot be used', 'another database is refused');
SELECT on_site('ALTER TABLE mdl_grade_grades RENAME TO grade_grades; ALTER TABLE mdl_choice RENAME COLUMN timeclose TO closing') \gset ignored_
SELECT lives_ok($$SELECT attach_site('site')$$, 'a table that is not needed may be missing');
SELECT results_eq($$SELECT table_name, problem FROM moodle_fdw.check_database('site') WHERE problem ~ 'grade_grades$|closing|timeclose' ORDER BY 1$$,
    $$VALUES ('choice', 'it has no column timeclose'), ('grade_grades', 'there is no table site_db.mdl_grade_grades')$$,
    'check_database() says which, and what is wrong with another');
SELECT is((failure_of($$SELECT attach_site('site')$$)).message, 'a database of "site" is attached already', 'not twice');
SELECT lives_ok($$SELECT moodle_fdw.detach_database('site')$$, 'it is taken off');
SELECT on_site('ALTER TABLE grade_grades RENAME TO mdl_grade_grades; ALTER TABLE mdl_choice RENAME COLUMN closing TO timeclose') \gset ignored_
SELECT on_site('ALTER TABLE mdl_context RENAME TO context') \gset ignored_
SELECT is((failure_of($$SELECT attach_site('site')$$)).message, 'the database of "site" cannot be used',
          'without a table that is needed it is not attached');
SELECT on_site('ALTER TABLE context RENAME TO mdl_context') \gset ignored_
-- All of it.
SELECT lives_ok($$SELECT attach_site('site')$$, 'attached');
SELECT is((SELECT count(*) FROM pg_foreign_table JOIN pg_class ON pg_class.oid = ftrelid
           WHERE relnamespace = 'site_db'::regnamespace), 46::bigint, 'a foreign table for each that is there and used');
SELECT is((SELECT count(*) FROM site_db.mdl_user WHERE deleted = 0), 1915::bigint, 'which can be read');
SELECT is_empty($$SELECT attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                  WHERE relnamespace = 'site_db'::regnamespace AND attname IN ('password', 'secret') AND NOT attisdropped$$,
                'no passwords, no secrets');
SELECT is_empty($$SELECT 1 FROM pg_foreign_server WHERE array_to_string(srvoptions, ' ') ~ 'TokenOf'$$, 'the password is no option of the server');
SELECT is((SELECT count(*) FROM pg_user_mapping WHERE array_to_string(umoptions, ' ') ~ 'TokenOfTheDatabase'), 1::bigint,
          'but of the user mapping');
SELECT is((SELECT count(*) FROM moodle_fdw.check_database('site') WHERE needed AND problem IS NOT NULL), 0::bigint, 'nothing needed is missing');
CREATE TABLE site_db.mine (a integer);
SELECT is((failure_of($$SELECT moodle_fdw.detach_database('site')$$)).message,
          'schema "site_db" holds more than the site''s tables: mine', 'what is yours is not dropped');
DROP TABLE site_db.mine;
SELECT lives_ok($$SELECT moodle_fdw.detach_database('site')$$, 'taken off');
SELECT ok(to_regnamespace('site_db') IS NULL, 'the schema is gone');
SELECT is_empty($$SELECT 1 FROM pg_foreign_server WHERE srvname = 'site_db'$$, 'and the server');
SELECT is((failure_of($$SELECT moodle_fdw.detach_database('site')$$)).message, 'no database of "site" is attached', 'not twice');
-- Tables that are here already.
SELECT is((failure_of($$SELECT moodle_fdw.attach_schema('own', 'nowhere')$$)).message, 'there is no schema nowhere', 'a schema that is not there');
SELECT attach_site('site') \gset ignored_
SELECT lives_ok($$SELECT moodle_fdw.attach_schema('own', 'site_db', time_zone => 'America/Chicago')$$, 'a schema is attached');
SELECT lives_ok($$SELECT moodle_fdw.detach_database('own')$$, 'and taken off');
SELECT ok(to_regclass('site_db.mdl_user') IS NOT NULL, 'which leaves its tables alone');
SELECT * FROM finish();
