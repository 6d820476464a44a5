-- A course with more participants than one page: the pages make one whole, whatever moves meanwhile.
-- Needs a site of its own, as the shared one has small courses; it ends by itself should the test not come to its end.
\ir lib/setup.sql
SELECT plan(9);
\getenv sim_bin SIM_BIN
\set start 'f=$(mktemp -u) && (timeout 120 ':sim_bin' --port 0 --port-file $f --users 3000 --courses 3 --per-course 1700 >/dev/null 2>&1 & echo $! >$f.pid); for i in $(seq 100); do [ -s $f ] && break; sleep 0.05; done; echo $(cat $f) $(cat $f.pid); rm -f $f $f.pid'
\setenv START :start
\set answer `sh -c "$START"`
SELECT split_part(:'answer', ' ', 1) AS port, split_part(:'answer', ' ', 2) AS pid \gset
SELECT moodle_fdw.add_instance('big', 'http://127.0.0.1:' || :'port', 'simadmin') \gset ignored_
SELECT set_config('test.sim_url', 'http://127.0.0.1:' || :'port', false) \gset ignored_
CREATE TEMP TABLE served AS SELECT p FROM jsonb_array_elements(
    moodle_fdw.call('big', 'core_enrol_get_enrolled_users', '{"courseid": 2}')) p;
SELECT ok((SELECT count(*) FROM served) > 1600, 'a course with more people than a page');
SELECT reset_stats() \gset ignored_
CREATE TEMP TABLE people AS SELECT * FROM big.enrolments WHERE course_id = 2;
SELECT ok(calls_of('core_enrol_get_enrolled_users') > 1, 'is asked for by pages');
SELECT is((SELECT count(DISTINCT user_id) FROM people), (SELECT count(*) FROM served), 'nobody is lost between pages');
SELECT is((SELECT count(*) FROM (SELECT FROM people GROUP BY user_id, role_id HAVING count(*) > 1) twice), 0::bigint,
          'and nobody comes twice');
SELECT set_eq('SELECT user_id FROM people', $$SELECT (p ->> 'id')::bigint AS user_id FROM served$$, 'they are the same people');
-- A page that is cut is asked for again, and what was handed out is not handed out twice.
SELECT fault('{"kind": "cut_body", "after_bytes": 20000, "times": 2}') \gset ignored_
SELECT is((SELECT count(*) FROM big.enrolments WHERE course_id = 2), (SELECT count(*) FROM people), 'pages that are cut');
SELECT no_faults() \gset ignored_
-- LIMIT within the first page asks for no second.
SELECT reset_stats() \gset ignored_
SELECT is((SELECT count(*) FROM (SELECT * FROM big.enrolments WHERE course_id = 2 LIMIT 5) few), 5::bigint, 'LIMIT');
SELECT is(calls_of('core_enrol_get_enrolled_users'), 1::bigint, 'needs one page');
SELECT is((SELECT count(DISTINCT user_id) FROM big.users WHERE user_id IN (SELECT user_id FROM people)),
          (SELECT count(DISTINCT user_id) FROM people), 'joined with the users they are all there');
SELECT finish();
\setenv PID :pid
\! kill $PID
