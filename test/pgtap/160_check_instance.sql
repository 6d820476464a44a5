-- check_instance(): what a token lacks is found and named, and nothing else is.
\ir lib/setup.sql
SELECT no_plan();
-- True of every simulated site: it calls itself otherwise than it is called, and compresses nothing.
CREATE FUNCTION found(token text, sample integer DEFAULT 5) RETURNS TABLE (need text, problem text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token %L)', token);
    RETURN QUERY SELECT function, c.problem FROM moodle_fdw.check_instance('sim', sample) c
                 WHERE c.problem IS NOT NULL AND function NOT IN ('site: address', 'site: compression');
END $$;

-- No false alarms.
SELECT is_empty('SELECT * FROM found(''simadmin'')', 'a token with every right has no problem');
SELECT is_empty('SELECT * FROM found(''simadmin'', 1)', 'nor in a sample of one course');
SELECT is_empty('SELECT * FROM found(''simadmin'', 100)', 'nor in all courses');
CREATE TEMP TABLE of_admin AS SELECT * FROM moodle_fdw.check_instance('sim');
SELECT is_empty($$SELECT need FROM moodle_fdw.needs() WHERE title IS NOT NULL AND needed_by && (
                      SELECT array_agg(entity) FROM moodle_fdw.entities)
                  EXCEPT SELECT function FROM of_admin WHERE allowed AND works$$,
                'it has each capability that tables need');
SELECT is_empty($$SELECT function FROM moodle_fdw.entities WHERE function !~ ' ' AND function <> 'roles'
                  EXCEPT SELECT function FROM of_admin WHERE allowed$$, 'and each table''s function');
SELECT is_empty('SELECT function FROM of_admin WHERE latency_ms < 0 OR latency_ms > 60000', 'latencies are sane');
SELECT isnt_empty('SELECT function FROM of_admin WHERE latency_ms IS NOT NULL', 'and there are some');
SELECT is_empty('SELECT function FROM of_admin GROUP BY function HAVING count(*) > 1', 'one row a need');
SELECT is_empty('SELECT function FROM of_admin WHERE problem IS NOT NULL AND remedy IS NULL', 'each problem has a remedy');
SELECT is_empty('SELECT function FROM of_admin WHERE NOT needed_by <@ (SELECT array_agg(entity) FROM moodle_fdw.entities)',
                'needed_by names tables');
SELECT is((SELECT works FROM of_admin WHERE function = 'token: valid until'), NULL, 'when a token ends is not known');
SELECT matches((SELECT remedy FROM of_admin WHERE function = 'token: owner'), 'site administrator', 'an administrator''s token is told');
SELECT matches((SELECT problem FROM of_admin WHERE function = 'site: address'),
               'calls itself http://moodle.example.edu, the server option url says ' || :'sim_url', 'the address is compared');
SELECT matches((SELECT problem FROM of_admin WHERE function = 'site: compression'),
               'answers come uncompressed: this one had \d+ kB, compressed at most \d+ (bytes|kB) \([5-9]\d % less\)', 'what compression would save');

-- The load is bounded, whatever the site's size.
SELECT reset_stats() \gset ignored_
SELECT count(*) > 0 AS ok FROM moodle_fdw.check_instance('sim', 1) \gset
SELECT stat('requests') AS by_one \gset
SELECT reset_stats() \gset ignored_
SELECT count(*) > 0 AS ok FROM moodle_fdw.check_instance('sim', 10) \gset
SELECT cmp_ok(:by_one::int, '<', 60, 'calls for a sample of one course');
SELECT cmp_ok(stat('requests')::int, '<', :by_one + 90, 'calls for a sample of ten');
SELECT is(stat('tokens_in_url'), 0::bigint, 'no token in an address');
SELECT throws_ok('SELECT * FROM moodle_fdw.check_instance(''sim'', 0)', '22023', NULL, 'a sample of nothing');
SELECT throws_ok('SELECT * FROM moodle_fdw.check_instance(''nobody'')', '42704', NULL, 'no such instance');

-- Where courses are many, those of some categories; where no category is small enough, some.
CREATE FUNCTION looked(at_once integer) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s of %s listed, %s counted, of %s', jsonb_array_length(looked -> 'records'), looked ->> 'expected',
                  jsonb_array_length(jsonb_path_query_array(looked, '$.records[*] ? (@.counted == true)')), looked ->> 'total')
    FROM moodle_fdw.look_at_courses(moodle_fdw.look_at_site('sim', 10000), 5, at_once) looked $$;
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simadmin');
SELECT is(looked(1000), '20 of 20 listed, 20 counted, of 20', 'all courses of a small site');
SELECT is(looked(10), '9 of 9 listed, 9 counted, of 20', 'those of the smallest categories');
SELECT is(looked(2), '20 of  listed, 0 counted, of 20', 'those of low ids');

-- Each right taken away in turn: found, named, and nothing else blamed for it.
CREATE FUNCTION few(without text) RETURNS text LANGUAGE sql AS
    $$ SELECT sim_ask('/__sim/tokens', format('{"token": "simfew", %s}', without)) $$;
CREATE TEMP TABLE of_few (lacks text, need text, problem text);
CREATE FUNCTION lose_each() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    capability text;
BEGIN
    FOREACH capability IN ARRAY '{moodle/user:viewdetails, moodle/user:viewalldetails, moodle/site:viewuseridentity,
        moodle/course:view, moodle/course:viewhiddencourses, moodle/course:update, moodle/course:viewparticipants,
        moodle/category:viewhiddencategories, moodle/category:manage, moodle/site:accessallgroups,
        moodle/course:enrolreview, moodle/grade:viewall, gradereport/user:view, moodle/grade:viewhidden, moodle/course:viewhiddenactivities,
        report/completion:view, moodle/course:managegroups, moodle/cohort:view, mod/assign:view, mod/quiz:view,
        report/progress:view, mod/assign:grade, mod/quiz:viewreports}'::text[] LOOP
        -- Of tables that there are.
        CONTINUE WHEN capability ~ ':(grade|viewreports)$|progress' AND NOT EXISTS (
            SELECT FROM moodle_fdw.needs() WHERE need = capability
               AND needed_by && (SELECT array_agg(entity) FROM moodle_fdw.entities));
        PERFORM few(format('"without": ["%s"]', capability));
        INSERT INTO of_few SELECT capability, found.need, found.problem FROM found('simfew') found;
    END LOOP;
END $$;
SELECT lose_each() \gset ignored_
SELECT ok(EXISTS (SELECT FROM of_few WHERE of_few.lacks = needs.need AND of_few.need = needs.need),
          needs.need || ' is missed: ' || coalesce((SELECT problem FROM of_few WHERE lacks = needs.need AND need = needs.need), ''))
FROM (SELECT DISTINCT lacks AS need FROM of_few) needs ORDER BY needs.need;
SELECT cmp_ok((SELECT count(DISTINCT lacks) FROM of_few), '>=', 19::bigint, 'each of them');
SELECT is_empty($$SELECT lacks, need, problem FROM of_few WHERE need <> lacks AND need LIKE '%/%'$$, 'no other right is blamed');

-- Each function taken out of the service in turn.
CREATE TEMP TABLE of_fewer (lacks text, need text, problem text, remedy text, needed_by text[]);
CREATE FUNCTION lose_functions() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT function FROM moodle_fdw.needed_functions()
               WHERE NOT spare AND instead IS NULL AND function <> 'core_webservice_get_site_info' LOOP
        PERFORM few(format('"without_functions": [%s]', to_json(one)));
        INSERT INTO of_fewer SELECT one, function, problem, remedy, needed_by FROM moodle_fdw.check_instance('sim', 1)
        WHERE problem IS NOT NULL AND function NOT IN ('site: address', 'site: compression');
    END LOOP;
END $$;
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simfew');
SELECT lose_functions() \gset ignored_
SELECT is_empty($$SELECT function FROM moodle_fdw.needed_functions()
                  WHERE NOT spare AND instead IS NULL AND function <> 'core_webservice_get_site_info'
                  EXCEPT SELECT lacks FROM of_fewer WHERE need = lacks AND problem = 'is not in the token''s service'
                         AND remedy LIKE '%External services > Functions%' AND needed_by <> '{}'$$, 'each missing function is named');
SELECT is_empty('SELECT lacks, need, problem FROM of_fewer WHERE need <> lacks', 'and nothing else');
SELECT few('"without_functions": ["core_course_get_courses"]') \gset ignored_
SELECT is_empty('SELECT * FROM found(''simfew'', 1)', 'where another function does the same, its lack is no problem');
SELECT few('"functions": ["core_webservice_get_site_info", "core_user_get_users"]') \gset ignored_
SELECT is_empty('SELECT * FROM found(''simfew'', 1) WHERE problem <> ''is not in the token''''s service''', 'a service of two functions is judged by what it has');
SELECT few('"without": ["webservice/rest:use"]') \gset ignored_
SELECT matches((SELECT string_agg(concat_ws(' | ', function, problem, remedy), E'\n') FROM moodle_fdw.check_instance('sim')),
               '^site: answers \| [^\n]*access denied[^\n]*webservice/rest:use[^\n]*$', 'no right to call at all');

-- The site as it is set up.
CREATE FUNCTION set_up(how text) RETURNS text LANGUAGE sql AS $$ SELECT sim_ask('/__sim/site', how) $$;
SELECT set_up(format('{"wwwroot": %s, "gzip": true, "clock_skew": 0}', to_json(:'sim_url'::text))) \gset ignored_
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simadmin');
SELECT is_empty('SELECT * FROM moodle_fdw.check_instance(''sim'') WHERE problem IS NOT NULL', 'a good site with a token of every right has no problem at all');
SELECT results_eq('SELECT function FROM moodle_fdw.check_instance(''sim'') WHERE function LIKE ''site: %'' AND NOT coalesce(works, false)',
                  'SELECT ''''::text WHERE false', 'and each condition of the site is known');
SELECT set_up('{"clock_skew": -600}') \gset ignored_
SELECT matches((SELECT problem FROM found('simadmin', 1) WHERE need = 'site: clock'), '^the site''s clock is (599|600|601) s behind this server''s$', 'clock skew');
SELECT set_up('{"clock_skew": 0, "max_input_vars": 400}') \gset ignored_
SELECT matches((SELECT problem FROM found('simadmin', 1) WHERE need = 'site: arguments'), 'of 480 arguments the last one did not arrive', 'max_input_vars');
SELECT set_up('{"max_input_vars": 1000, "moodle": "5.1"}') \gset ignored_
SELECT is_empty('SELECT * FROM moodle_fdw.check_instance(''sim'') WHERE problem IS NOT NULL', 'nor has a Moodle 5.1');
SELECT set_up('{"moodle": "4.1"}') \gset ignored_
SELECT is_empty('SELECT * FROM moodle_fdw.check_instance(''sim'') WHERE problem IS NOT NULL', 'nor a Moodle 4.1');
SELECT sim_ask('/__sim/site', method => 'DELETE') \gset ignored_
SELECT sim_ask('/__sim/tokens', method => 'DELETE') \gset ignored_

-- What leaves no trace but emptiness is told as such.
SELECT few('"without": ["moodle/reportbuilder:view"]') \gset ignored_
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simfew');
SELECT results_eq('SELECT works, problem, remedy FROM moodle_fdw.check_instance(''sim'', 1) WHERE function = ''moodle/reportbuilder:view''',
                  $$VALUES (NULL::boolean, NULL::text, 'No custom reports are listed: there are none, or none that the token''s user may see.')$$,
                  'no custom reports');
SELECT sim_ask('/__sim/tokens', method => 'DELETE') \gset ignored_

-- Tokens that lack much.
CREATE TEMP TABLE of_noident AS SELECT * FROM found('simnoident');
SELECT results_eq('SELECT need FROM of_noident ORDER BY 1',
                  ARRAY['moodle/cohort:view', 'moodle/site:viewuseridentity', 'moodle/user:viewalldetails'], 'identity fields missing everywhere');
SELECT matches((SELECT problem FROM of_noident WHERE need = 'moodle/site:viewuseridentity'), '(\d+) of \1 records .* without an email \(100 %\)', 'and of how many');
CREATE TEMP TABLE of_teacher AS SELECT * FROM found('simteacher', 20);
SELECT set_has('SELECT need FROM of_teacher', $$VALUES ('moodle/course:view'), ('moodle/course:viewhiddencourses'),
    ('moodle/category:viewhiddencategories'), ('moodle/category:manage'), ('moodle/course:update'),
    ('moodle/user:viewdetails'), ('moodle/user:viewalldetails')$$, 'what a teacher''s token does not see');
SELECT set_hasnt('SELECT need FROM of_teacher',
    $$VALUES ('moodle/grade:viewall'), ('gradereport/user:view'), ('moodle/course:managegroups'), ('report/completion:view')$$,
    'and what it does');
SELECT matches((SELECT problem FROM of_teacher WHERE need = 'moodle/category:viewhiddencategories'), '^1 of at least 7 categories', 'a hidden category is counted by its gap');
CREATE TEMP TABLE of_student AS SELECT * FROM found('simstudent', 20);
SELECT set_has('SELECT need FROM of_student', $$VALUES ('moodle/course:view'), ('moodle/course:viewhiddencourses'),
    ('moodle/user:viewdetails'), ('moodle/grade:viewall'), ('moodle/course:managegroups')$$, 'what a student''s token does not see');
SELECT matches((SELECT problem FROM of_student WHERE need = 'moodle/user:viewdetails'), 'sampled participants are not found as users', 'users against participants');

-- A site that does not answer is one row, with the cause and what to do.
CREATE FUNCTION down(fault text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    PERFORM moodle_fdw.close_connections();
    PERFORM fault(fault);
    SELECT string_agg(concat_ws(' | ', function, works, problem, remedy), E'\n') INTO answer FROM moodle_fdw.check_instance('sim');
    PERFORM no_faults();
    RETURN answer;
END $$;
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simadmin');
SELECT matches(down('{"kind": "maintenance", "mode": "cli", "times": -1}'), '^site: answers \| f \| .*is in maintenance[^\n]*Maintenance mode\)\.$', 'maintenance');
SELECT matches(down('{"kind": "maintenance", "mode": "old", "times": -1}'), '^site: answers \| f \| .*is in maintenance[^\n]*$', 'maintenance of the old kind');
SELECT matches(down('{"kind": "http_status", "status": 403, "body": "", "times": -1}'), '^site: answers \| f \| .*web services[^\n]*Enable web services[^\n]*$', 'web services off');
SELECT matches(down('{"kind": "garbage", "body": "<?xml version=\"1.0\"?><RESPONSE></RESPONSE>", "times": -1}'), '^site: answers \| f \| .*answered in XML[^\n]*drops the body[^\n]*$', 'XML, as Moodle answers by default');
SELECT matches(down('{"kind": "expired_token", "times": -1}'), '^site: answers \| f \| .*access denied[^\n]*$', 'an expired token');
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simsuspended');
SELECT matches((SELECT string_agg(problem || remedy, E'\n') FROM moodle_fdw.check_instance('sim')), '^[^\n]*may not call web services[^\n]*$', 'a suspended owner');
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simadmin');

-- One function that fails is told at that function.
SELECT fault('{"kind": "moodle_error", "errorcode": "accessexception", "message": "Access control exception", "function": "core_enrol_get_course_enrolment_methods", "times": -1}') \gset ignored_
SELECT matches((SELECT problem FROM found('simadmin') WHERE need = 'core_enrol_get_course_enrolment_methods'), 'access denied', 'a function that is refused');
SELECT is((SELECT needed_by FROM moodle_fdw.check_instance('sim') WHERE function = 'core_enrol_get_course_enrolment_methods'), '{enrolment_methods}'::text[], 'and which tables need it');
SELECT no_faults() \gset ignored_

-- What comes of facts alone.
SELECT results_eq($$SELECT need, works, problem FROM moodle_fdw.judge_site('{"site": {"latency_ms": 3, "compressed": true, "body_bytes": 5, "packed_bytes": 5,
    "site_time": "2026-11-20 15:23:16Z", "asked_at": "2026-11-20 15:21:14.4Z"}, "server": {"url": "https://M.example.edu/"},
    "info": {"siteurl": "https://m.example.edu", "release": "3.11.2"}, "people": {"arguments": {"sent": 480, "arrived": false}}}')
    WHERE need LIKE 'site: %' AND works IS NOT true OR need = 'site: address'$$,
  $$VALUES ('site: address', true, NULL),
           ('site: version', false, 'Moodle 3.11.2 is not among those known'),
           ('site: clock', false, 'the site''s clock is 122 s ahead of this server''s'),
           ('site: arguments', false, 'of 480 arguments the last one did not arrive: PHP drops them without a word')$$,
  'clock, version, address, arguments');
SELECT results_eq($$SELECT problem, remedy FROM moodle_fdw.judge_functions('{"offered": ["gradereport_grader_get_users_in_report"], "functions": {
    "gradereport_grader_get_users_in_report": {"cause": "missing_capability", "problem": "was refused",
        "detail": "Moodle said: Sorry (View grader report). (nopermissions)", "remedy": "Give the capability named in the detail."}}}')
    WHERE need = 'gradereport_grader_get_users_in_report'$$,
  $$VALUES (NULL::text, 'It divides a course that is too large for one answer, but is refused. Moodle said: Sorry (View grader report). (nopermissions). Give the capability named in the detail.')$$,
  'what tables do without tells which right it lacks, too');
-- As a real Moodle 4.5.6 told a service of the quickstart's functions: hidden assignments' items were
-- left out, no hidden item was shown, and nothing tells whether hidden activities are seen.
SELECT results_eq($$SELECT need, allowed, problem FROM moodle_fdw.judge_grades('{"courses": {"total": 14}, "rights": {}, "sample": [
    {"grades": {"items": 8, "people": 25, "modules": ["assign", "quiz"], "hidden_shown": false, "hidden_modules": null, "lost": ["Essay 1"]}},
    {"grades": {"items": 8, "people": 25, "modules": ["assign", "quiz"], "hidden_shown": false, "hidden_modules": null, "lost": ["Essay 1"]}},
    {"grades": {"items": 4, "people": 15, "modules": ["assign"], "hidden_shown": false, "hidden_modules": null, "lost": []}}]}') WHERE problem IS NOT NULL$$,
  $$SELECT need, false, '2 of 20 grade items of 3 sampled courses are not in the report: about 9 in all; which of the rights to hidden items and to activities is missing cannot be told'
    FROM unnest(ARRAY['moodle/grade:viewhidden', 'moodle/course:viewhiddenactivities']) need$$,
  'hidden activities and hidden items, where the service cannot tell them apart');
-- As that Moodle told without moodle/course:viewhiddenactivities: hidden assignments alone were refused.
SELECT results_eq($$SELECT need, problem FROM moodle_fdw.judge_grades('{"courses": {"total": 13}, "rights": {"assignments": {"seen": true, "refused": 2}}, "sample": [
    {"grades": {"items": 33, "people": 25, "modules": ["assign", "quiz"], "hidden_shown": false, "hidden_modules": false, "lost": ["Essay 1", "Essay 2"]}}]}') WHERE problem IS NOT NULL$$,
  $$VALUES ('moodle/course:viewhiddenactivities', '2 of 33 grade items of 1 sampled courses are not in the report: about 26 in all')$$,
  'assignments that are refused because they are hidden');
-- And without moodle/course:view: of courses that cannot be entered it does not tell whether they are visible.
SELECT results_eq($$SELECT need, problem FROM moodle_fdw.judge_courses('{"rights": {}, "courses": {"total": 3, "records": [
    {"id": 2, "settings": false, "visible": null}, {"id": 3, "settings": false, "visible": null}, {"id": 10, "settings": true, "visible": 1}]},
    "sample": [{"id": 2, "visible": null, "cause": "course_inaccessible"}, {"id": 3, "visible": null, "cause": "course_inaccessible"}, {"id": 10, "visible": 1}]}') WHERE problem IS NOT NULL$$,
  $$VALUES ('moodle/course:view', '2 of 3 sampled courses cannot be entered: in all, what is in about 2 of 3 courses is lost')$$,
  'courses that cannot be entered');
-- As recorded of a real Moodle (core_enrol_get_enrolled_users__perm_teacher2_separategroups_c14: 16 of 64).
SELECT results_eq($$SELECT need, problem FROM moodle_fdw.judge_people(jsonb_build_object(
    'courses', '{"records": [{"groupmode": 1}, {"groupmode": 1}, {"groupmode": 0}]}'::jsonb, 'counts', '{"14": 64}'::jsonb,
    'rights', '{"site:accessallgroups": {"cause": "missing_capability"}}'::jsonb,
    'people', '{"cause": null, "asked": 16, "seen": 16, "with_username": 16, "with_email": 16, "with_firstname": 16, "with_lastaccess": 16}'::jsonb,
    'sample', jsonb_build_array(jsonb_build_object('id', 14, 'cause', NULL, 'groupmode', 1, 'listed_at_most', 200, 'with_username', 16, 'with_email', 16,
        'people', (SELECT jsonb_agg(n) FROM generate_series(1, 16) n))))) WHERE problem IS NOT NULL$$,
  $$VALUES ('moodle/site:accessallgroups', 'where groups are separate, 48 of 64 participants of 1 sampled courses are not listed: about 96 in 2 such courses')$$,
  'one''s own group only');

-- As long as there is a Moodle, add_instance() tells the same in short, and never fails by it.
SET client_min_messages = notice;
SELECT moodle_fdw.remove_instance('sim') \gset ignored_
CREATE FUNCTION short(address text, token text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    SET LOCAL client_min_messages = error;
    PERFORM moodle_fdw.add_instance('brief', address, token, '{"retries": "0"}');
    SET LOCAL client_min_messages = notice;
    SELECT string_agg(concat_ws(' -> ', said, remedy), E'\n') INTO answer FROM moodle_fdw.short_check('brief');
    PERFORM moodle_fdw.remove_instance('brief');
    RETURN answer;
END $$;
SELECT short(:'sim_url', 'simadmin') AS of_admin, short(:'sim_url', 'simnoident') AS of_noident,
       short('http://127.0.0.1:9', 'SECRETTOKEN') AS of_nobody \gset
SELECT matches(:'of_admin'::text, '^brief: Moodle 4\.5\.6 .* as admin, 20 courses listed, \d+ functions allowed', 'one line of what was found');
SELECT is((SELECT count(*) FROM regexp_split_to_table(:'of_admin', E'\n')), 3::bigint, 'and one a problem');
SELECT matches(:'of_noident'::text, 'brief: moodle/site:viewuseridentity: .* without an email .*Show user identity', 'a right that is missing');
SELECT matches(:'of_nobody'::text, '^brief: site: answers: core_webservice_get_site_info could not be asked[^\n]*$', 'a site that is down is told in one line');
SELECT reset_stats() \gset ignored_
SELECT short(:'sim_url', 'simadmin') \gset ignored_
SELECT cmp_ok(stat('requests')::int, '<=', 9, 'few calls');
SET client_min_messages = error;
SELECT reset_stats() \gset ignored_
SELECT lives_ok(format('SELECT moodle_fdw.add_instance(''quiet'', %L, current_setting(''test.token''))', :'sim_url'), 'who hears no NOTICE');
SELECT is(stat('requests'), 0::bigint, 'is asked no question for it');
SELECT moodle_fdw.remove_instance('quiet') \gset ignored_

-- Who may use the server may check it, with a token of their own.
SELECT moodle_fdw.add_instance('sim', :'sim_url', 'simadmin') \gset ignored_
CREATE ROLE tap_checker NOLOGIN;
SET SESSION AUTHORIZATION tap_checker;
SELECT throws_ok('SELECT * FROM moodle_fdw.check_instance(''sim'')', '42501', NULL, 'not without USAGE on the server');
SELECT throws_ok('SELECT moodle_fdw.probe(''sim'', ''core_webservice_get_site_info'')', '42501', NULL, 'nor by one request');
RESET SESSION AUTHORIZATION;
GRANT USAGE ON FOREIGN SERVER sim TO tap_checker;
SET SESSION AUTHORIZATION tap_checker;
SELECT throws_ok('SELECT * FROM moodle_fdw.check_instance(''sim'')', '42704', NULL, 'nor without a token');
CREATE USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (token 'simnoident');
SELECT is((SELECT count(*) FROM moodle_fdw.check_instance('sim') WHERE function = 'moodle/site:viewuseridentity' AND NOT works),
          1::bigint, 'what is told is of that token');
SELECT throws_ok('SELECT moodle_fdw.probe(''sim'', ''core_user_delete_users'')', 'HV024', NULL, 'probe() only reads');
RESET SESSION AUTHORIZATION;
DROP OWNED BY tap_checker CASCADE;
DROP ROLE tap_checker;
SELECT finish();
