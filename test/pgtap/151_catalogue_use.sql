-- Imported functions in use: names, arguments from conditions and joins, lists below rows, what a
-- site offers.
\ir lib/setup.sql
SELECT plan(49);
CREATE SCHEMA f;
CREATE SCHEMA t;
CREATE SCHEMA few;
CREATE FUNCTION tables_in(schema text) RETURNS SETOF text LANGUAGE sql AS
    $$ SELECT relname::text FROM pg_class WHERE relnamespace = schema::regnamespace AND relkind = 'f' $$;
CREATE FUNCTION requests_of(query text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reset_stats();
    EXECUTE query;
    RETURN stat('requests');
END $$;

-- Which tables.
IMPORT FOREIGN SCHEMA moodle FROM SERVER sim INTO few;
SELECT set_eq($$SELECT tables_in('few')$$, 'SELECT entity FROM moodle_fdw.entities', 'without names only the entities');
IMPORT FOREIGN SCHEMA moodle LIMIT TO (core_group_get_course_groups, site_info) FROM SERVER sim INTO f;
SELECT set_eq($$SELECT tables_in('f')$$, '{site_info,core_group_get_course_groups}'::text[], 'entities and functions by name');
DROP SCHEMA few CASCADE;
CREATE SCHEMA few;
IMPORT FOREIGN SCHEMA moodle EXCEPT (users, core_group_get_course_groups) FROM SERVER sim INTO few OPTIONS (functions 'all');
SELECT set_eq($$SELECT tables_in('few')$$,
    $$SELECT left(function, 63) FROM moodle_fdw.catalogue WHERE function <> 'core_group_get_course_groups'
      UNION SELECT entity FROM moodle_fdw.entities WHERE entity <> 'users'$$, 'all but some');
IMPORT FOREIGN SCHEMA moodle FROM SERVER sim INTO t OPTIONS (functions 'all', nested 'tables');
SELECT cmp_ok(count(*), '>', 1000::bigint, 'lists below rows are tables too') FROM tables_in('t');
SELECT matches((failure_of('IMPORT FOREIGN SCHEMA moodle LIMIT TO (core_group_get_course_grups) FROM SERVER sim INTO few')).hint,
          '^Did you mean: core_group_get_course_groups, ',
          'a wrong name is told from like ones');
-- A statement that runs twice, since the names of LIMIT TO are widened.
CREATE SCHEMA twice;
CREATE PROCEDURE import_twice() LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..2 LOOP
        IMPORT FOREIGN SCHEMA moodle LIMIT TO (core_course_get_contents) FROM SERVER sim INTO twice OPTIONS (nested 'tables');
        DROP FOREIGN TABLE twice.core_course_get_contents;
        DROP FOREIGN TABLE twice.core_course_get_contents__modules;
        EXECUTE (SELECT string_agg('DROP FOREIGN TABLE twice.' || quote_ident(n), ';') FROM tables_in('twice') n);
    END LOOP;
END $$;
SELECT lives_ok('CALL import_twice()', 'an import of a procedure runs again');

-- Every list below a row plans; what it needs is what its function needs.
SELECT is_empty($$SELECT n, e FROM tables_in('t') n, failure_of(format('EXPLAIN (VERBOSE) SELECT * FROM t.%I', n)) e
                  WHERE e.state IS NOT NULL$$, 'each is planned and explained');
CREATE FUNCTION scan_of(n text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    failure record := failure_of(format('SELECT count(x) FROM t.%I x', n));
    example text := substring(failure.hint FROM '^Give it in WHERE \((.*)\), by a join');
BEGIN
    IF example IS NULL THEN RETURN failure.message; END IF;
    example := regexp_replace(example, '(url|activityid) = ''…''', '\1 = ''https://moodle.example.edu/x''', 'g');
    RETURN (failure_of(format('SELECT count(x) FROM t.%I x WHERE %s', n, replace(example, '…', 'a')))).message;
END $$;
-- Ids that this site has not are its affair.
SELECT is_empty($$SELECT n, m FROM tables_in('t') n, scan_of(n) m WHERE n LIKE '%\_\_%'
                  AND m !~ 'does not exist$|Moodle.s own$|is not accessible'$$, 'and scanned');
SELECT bag_eq('SELECT record_id, id FROM t.core_course_get_contents__modules WHERE courseid IN (6, 7)',
    $$SELECT (s ->> 'id')::bigint AS section, (m ->> 'id')::bigint AS module FROM (VALUES (6), (7)) c (id),
      jsonb_array_elements(moodle_fdw.call('sim', 'core_course_get_contents', jsonb_build_object('courseid', c.id))) s,
      jsonb_array_elements(s -> 'modules') m$$, 'rows below rows, with the id of the row above');

-- Arguments.
SELECT is(requests_of('SELECT * FROM f.core_group_get_course_groups WHERE arg_courseid IN (6, 7, 9)'), 3::bigint, 'a call for each value');
SELECT bag_eq('SELECT arg_courseid, id FROM f.core_group_get_course_groups WHERE arg_courseid = ANY (ARRAY[6, 7])',
    $$SELECT c.id AS course, (g ->> 'id')::bigint AS id FROM (VALUES (6::bigint), (7)) c (id),
      jsonb_array_elements(moodle_fdw.call('sim', 'core_group_get_course_groups', jsonb_build_object('courseid', c.id))) g$$,
    'with the rows of each');
SELECT is(requests_of('SELECT * FROM t.core_user_get_users_by_field WHERE field = ''id'' AND values = ''{11,12,13}'''), 1::bigint,
          'a list is one call');
SELECT set_eq('SELECT id FROM t.core_user_get_users_by_field WHERE field = ''id'' AND values = ''{11,12,13}''',
              '{11,12,13}'::bigint[], 'with all of its values');
SELECT is((SELECT values FROM t.core_user_get_users_by_field WHERE field = 'id' AND values = ARRAY['11']), '{11}'::text[],
          'and shows what was asked');
SELECT is((SELECT id FROM t.core_user_get_users WHERE criteria = '[{"key": "id", "value": "12"}]'), 12::bigint, 'a list of objects is jsonb');
SELECT ok((failure_of('SELECT * FROM t.core_user_get_users_by_field WHERE field = ''id'' AND values = ''{11,NULL}''')).message
          LIKE '%with NULL', 'NULL in a list is refused');
SELECT ok((failure_of('SELECT * FROM f.core_group_get_course_groups WHERE arg_courseid = ANY (ARRAY(SELECT generate_series(2, 1500)))')).message
          LIKE '%more than 1000 calls', 'more calls than are allowed are refused');
SELECT is(requests_of('SELECT * FROM t.core_course_get_updates_since WHERE courseid = 6 AND since = now() - interval ''1 day'''),
          1::bigint, 'a moment with a fraction is asked for in whole seconds');
CREATE FOREIGN TABLE days (courseid bigint OPTIONS (param 'courseid'), since date OPTIONS (param 'since'),
    at timestamp OPTIONS (path '=since'), contextlevel text)
    SERVER sim OPTIONS (wsfunction 'core_course_get_updates_since', rows '/instances/*');
CREATE TABLE since AS SELECT current_date AS today;
SELECT reset_stats() \gset ignored_
SELECT count(*) FROM days, since WHERE courseid = 6 AND days.since = today \gset ignored_
SELECT count(*) FROM t.core_course_get_updates_since s, since WHERE s.courseid = 6 AND s.since = today \gset ignored_
SELECT count(*) FROM t.core_course_get_updates_since s, since WHERE s.courseid = 6 AND s.since = today::timestamp \gset ignored_
SELECT results_eq($$SELECT r -> 'arguments' -> 3 ->> 1 FROM jsonb_array_elements(sim_ask('/__sim/requests')::jsonb) r
                    ORDER BY (r ->> 'at_ms')::bigint DESC LIMIT 3$$,
    'SELECT extract(epoch FROM today::timestamptz)::bigint::text FROM since, generate_series(1, 3)', 'days are moments too');
SELECT is((SELECT count(*) FROM days, since WHERE courseid = 6 AND days.since = today AND at = today), 
          (SELECT count(*) FROM t.core_course_get_updates_since s, since WHERE s.courseid = 6 AND s.since = today), 'and are shown as days');
SELECT is((SELECT count(*) FROM t.core_enrol_get_users_courses WHERE userid = 12 AND NOT returnusercount),
          jsonb_array_length(moodle_fdw.call('sim', 'core_enrol_get_users_courses', '{"userid": 12, "returnusercount": 0}'))::bigint,
          'a flag that is false');
SELECT bag_eq('SELECT c.course_id, g.id FROM sim.courses c JOIN f.core_group_get_course_groups g ON g.arg_courseid = c.course_id
               WHERE c.course_id IN (6, 7)',
              'SELECT arg_courseid, id FROM f.core_group_get_course_groups WHERE arg_courseid IN (6, 7)', 'an argument from a join');
SELECT bag_eq('SELECT c.course_id, u.user_id, s.completed FROM sim.courses c, sim.users u, t.core_completion_get_course_completion_status s
               WHERE s.courseid = c.course_id AND s.userid = u.user_id AND c.course_id = 6
                 AND u.user_id = (SELECT min(user_id) FROM sim.completions WHERE course_id = 6 AND reason IS NULL)',
              'SELECT course_id, user_id, completed FROM sim.completions WHERE course_id = 6 AND reason IS NULL
               ORDER BY user_id LIMIT 1', 'two arguments from two tables');
SELECT matches((failure_of('SELECT * FROM t.core_completion_get_course_completion_status WHERE courseid = 6')).message,
               'core_completion_get_course_completion_status needs userid, which nothing gives', 'the missing one is named');
SELECT is((failure_of('SELECT * FROM t.core_competency_count_templates')).hint,
          'Give it in WHERE (context_contextid = 14), by a join with the table that has it, or in the table option "params".',
          'of an object without required parts, one');
SELECT lives_ok('SELECT * FROM t.core_competency_count_templates WHERE context_contextlevel = ''system''', 'and another will do');

-- What a site offers.
SELECT is((SELECT count(*) FROM moodle_fdw.describe('sim') WHERE known = 'read' AND offered AND missing IS NULL),
          385::bigint, 'this site offers all');
SELECT is((SELECT tables FROM moodle_fdw.describe('sim') WHERE function = 'core_group_get_course_groups'),
          '{groups,f.core_group_get_course_groups,t.core_group_get_course_groups}'::text[], 'the tables of a function');
SELECT ok('users' = ANY (tables), 'and the entities') FROM moodle_fdw.describe('sim') WHERE function = 'core_user_get_users';
SELECT is(moodle_fdw.why_not_offered('mod_chat_get_chats_by_courses', '{}', '5.0.1 (Build: 20250610)'),
          'this Moodle is 5.0.1: since 5.0 chats are a plugin of their own, which this site lacks or keeps from the token',
          'a function that later releases have not');
SELECT is(moodle_fdw.why_not_offered('core_ai_get_policy_status', '{}', '4.1.2+ (Build: 20230401)'),
          'this Moodle is 4.1.2+: came with 4.5', 'and one that earlier ones have not');
SELECT matches(moodle_fdw.why_not_offered('mod_chat_get_chats_by_courses', '{mod/chat:view}', '4.5.6 (Build: 20250811)'),
               'token''s service .*; its user needs mod/chat:view$', 'or where to allow it');
SELECT ok(moodle_fdw.may_call('local_reports_get_rows') AND NOT moodle_fdw.may_call('local_reports_drop_rows')
          AND NOT moodle_fdw.may_call('core_user_delete_users'), 'unknown functions by their name');

-- A token whose service lacks a function.
SELECT sim_ask('/__sim/tokens', '{"token": "simfewer", "without_functions": ["mod_glossary_get_entries_by_letter"]}') \gset ignored_
SELECT moodle_fdw.add_instance('fewer', :'sim_url', 'simfewer') \gset ignored_
SELECT results_eq($$SELECT function, missing FROM moodle_fdw.describe('fewer') WHERE NOT offered$$,
    $$VALUES ('mod_glossary_get_entries_by_letter', 'not among the functions of the token''s service (Site administration > '
        'Server > Web services > External services > Functions), or this site lacks the plugin that brings it; '
        'its user needs mod/glossary:view')$$, 'what the service lacks, and what else it takes');
SELECT is((failure_of('SELECT * FROM moodle_fdw.describe(''nowhere'')')).state, '42704', 'an instance that there is not');
CREATE ROLE tap_reader NOLOGIN;
SELECT is((SELECT count(*) FROM moodle_fdw.catalogue), 385::bigint, 'the catalogue');
SET ROLE tap_reader;
SELECT is((failure_of('SELECT * FROM moodle_fdw.describe(''sim'')')).state, '42501', 'a site is described to who may use it');
RESET ROLE;
DROP ROLE tap_reader;
SELECT sim_ask('/__sim/tokens', method => 'DELETE') \gset ignored_

-- Other releases: functions that are gone or new, and what a table over them says.
CREATE FUNCTION become(moodle text) RETURNS void LANGUAGE sql AS
    $$ SELECT sim_ask('/__sim/site', format('{"moodle": "%s"}', moodle)) $$;
SELECT become('5.0') \gset ignored_
SELECT cmp_ok(count(*), '>', 5::bigint, 'a newer Moodle lacks some functions') FROM moodle_fdw.describe('sim')
WHERE NOT offered AND missing LIKE 'this Moodle is 5.0%';
SELECT is_empty($$SELECT * FROM moodle_fdw.describe('sim') WHERE NOT offered AND missing NOT LIKE 'this Moodle is 5.0%'$$,
                'and why is known of each');
SELECT is(known || ' ' || offered, 'unknown true', 'and has one that is not known') FROM moodle_fdw.describe('sim')
WHERE function = 'mod_quiz_get_user_quiz_attempts';
SELECT matches(missing, '^not in the catalogue of Moodle 4.5.* CREATE FOREIGN TABLE', 'for which it says what can be done')
FROM moodle_fdw.describe('sim') WHERE function = 'mod_quiz_get_user_quiz_attempts';
CREATE FOREIGN TABLE attempts (quiz bigint OPTIONS (param 'quizid'), id bigint, userid bigint, raw jsonb)
    SERVER sim OPTIONS (wsfunction 'mod_quiz_get_user_quiz_attempts', rows '/attempts/*');
SELECT is((SELECT tables FROM moodle_fdw.describe('sim') WHERE function = 'mod_quiz_get_user_quiz_attempts'), '{public.attempts}'::text[],
          'a table by hand over it is told');
SELECT lives_ok(format('SELECT * FROM attempts WHERE quiz = %s', moodle_fdw.call('sim', 'mod_quiz_get_quizzes_by_courses',
    '{"courseids": [6]}') #>> '{quizzes,0,id}'), 'and reads it');
SELECT is((failure_of('SELECT * FROM t.mod_chat_get_chats_by_courses')).state, 'HV00R', 'a table over one that is gone says so');
SELECT matches((failure_of('SELECT * FROM t.mod_chat_get_chats_by_courses')).hint, 'moodle_fdw\.describe', 'and where to look');
SELECT cmp_ok((SELECT count(*) FROM sim.enrolments WHERE course_id = 6), '>', 0::bigint, 'participants without roles do no harm');
SELECT become('4.1') \gset ignored_
SELECT is((SELECT array_agg(DISTINCT missing) FROM moodle_fdw.describe('sim') WHERE NOT offered AND function LIKE 'core\_ai\_%'),
          ARRAY['this Moodle is 4.1.18: came with 4.5'], 'an older Moodle lacks what came later');
SELECT lives_ok('SELECT * FROM sim.users; SELECT * FROM sim.courses; SELECT * FROM t.core_course_get_contents__modules WHERE courseid = 6',
                'and its tables are read');
SELECT sim_ask('/__sim/site', method => 'DELETE') \gset ignored_
SELECT is((SELECT count(*) FROM moodle_fdw.describe('sim') WHERE known = 'read' AND offered), 385::bigint, 'as it was');
SELECT finish();
