-- What people look at: sparklines, the overview, the report page. Names are as hostile as a site lets
-- its teachers write them.
\ir lib/quiet.sql
\getenv sim MOODLE_SIM_URL
SELECT no_plan();

SELECT is(moodle_fdw.sparkline('{0, 1, 2, 3, 4, 5, 6, 7}'), '▁▂▃▄▅▆▇█', 'eight heights');
SELECT is(moodle_fdw.sparkline('{1, NULL, 3, -5}'), '▃ █▁', 'a gap for NULL, the lowest for less than nothing');
SELECT is(moodle_fdw.sparkline('{0, 0}'), '▁▁', 'nothing at all is flat');
SELECT is(moodle_fdw.sparkline('{}'), NULL, 'no series, no line');
SELECT is(moodle_fdw.time_ago(clock_timestamp() - interval '5 min 10 s'), '5 min ago', 'minutes');
SELECT is(moodle_fdw.time_ago(clock_timestamp() - interval '47 h 59 min'), '47 h ago', 'hours, up to two days');
SELECT is(moodle_fdw.time_ago(clock_timestamp() - interval '50 h'), '2 days ago', 'days');
SELECT is(moodle_fdw.time_ago(NULL), 'never', 'never');

SELECT moodle_fdw.add_instance('site1', :'sim', 'simadmin') \gset ignored_
SELECT is(state, 'no warehouse', 'before deploy() the overview says so')
FROM moodle_fdw.overview WHERE to_regclass('moodle_mart.instance_summary') IS NULL;
SELECT moodle_fdw.deploy() \gset ignored_
SELECT results_eq('SELECT instance, state, users, refreshed FROM moodle_fdw.overview',
    $$VALUES ('site1', 'not read yet', NULL::bigint, 'never')$$, 'connected, and not read yet');
SELECT alike(moodle_fdw.report('site1'), '%Nothing has been read yet%', 'a report of nothing is a report');
SELECT throws_ok($$SELECT moodle_fdw.report('site2')$$, '42704', 'there is no instance site2', 'of an unknown instance: an error');
SELECT throws_ok($$SELECT moodle_fdw.report(NULL)$$, '42704', 'there is no instance NULL', 'of NULL too');

CALL moodle_fdw.refresh();
SELECT results_eq('SELECT instance, state, users, courses, students FROM moodle_fdw.overview',
    'SELECT instance, ''fresh'', users, courses, students FROM moodle_mart.instance_summary',
    'read: the figures are those of the warehouse');
SELECT ok(length(trend) BETWEEN 1 AND 12, 'a sign a week, twelve at most') FROM moodle_fdw.overview;
SELECT is(problems, (SELECT count(*) FROM moodle_fdw.data_problems WHERE severity <> 'note'),
    'problems are those of the data checks') FROM moodle_fdw.overview;
-- What was read is still fresh where the site no longer answers; that it does not must show all the same.
ALTER SERVER site1 OPTIONS (SET url 'http://127.0.0.1:9', ADD retries '0');
\set ON_ERROR_STOP off
CALL moodle_fdw.refresh();
\set ON_ERROR_STOP on
SELECT is(state, 'failing', 'a refresh that failed shows') FROM moodle_fdw.overview;
SELECT format('ALTER SERVER site1 OPTIONS (SET url %L, DROP retries)', :'sim') \gexec
CALL moodle_fdw.refresh();
SELECT is(state, 'fresh', 'until one does not') FROM moodle_fdw.overview;

UPDATE moodle_mart.course_summary SET course_name = E'<script>alert(1)</script>"''&\x01<img src=x onerror=alert(2)>',
    top_category_name = '&lt;b onclick=&quot;x&quot;&gt;' WHERE moodle_course_id = 2;
UPDATE moodle_mart.completion_funnel SET stage = '</text><script>alert(3)</script>' WHERE stage_no = 1;
UPDATE moodle_mart.grade_distribution SET bucket_label = '" onload="alert(4)' WHERE bucket = 1;
SELECT moodle_fdw.report('site1') AS page \gset
CREATE TEMP TABLE made AS SELECT :'page'::text AS page, xmlparse(DOCUMENT :'page') AS tree;
SELECT is((xpath('count(//*[local-name() = "script" or local-name() = "img" or local-name() = "link" or local-name() = "iframe"])', tree))[1]::text,
    '0', 'well-formed, and with nothing in it that runs or loads') FROM made;
SELECT is((xpath('count(//@*[starts-with(local-name(), "on") or local-name() = "href" or local-name() = "src"])', tree))[1]::text,
    '0', 'nor an attribute that does') FROM made;
SELECT is((xpath('count(//svg)', tree))[1]::text, '4', 'four charts') FROM made;
SELECT alike(page, '%default-src ''none''%', 'and the page forbids it itself') FROM made;
SELECT is((xpath('//section[h2 = "The largest courses"]//td[contains(., "alert")]/text()', tree))[1]::text,
    'alert(1)"''&amp; ', 'a name is shown without its tags') FROM made;
SELECT is((xpath('count(//section[h2 = "The largest courses"]//tbody/tr)', tree))[1]::text::bigint,
    (SELECT least(25, count(*)) FROM moodle_mart.course_summary WHERE students > 0), 'the courses are there') FROM made;
SELECT is((xpath('//div[@class = "tile"][span = "people"]/b/text()', tree))[1]::text,
    (SELECT users::text FROM moodle_mart.instance_summary), 'the figures are the warehouse''s') FROM made;
SELECT is((xpath('(//section[h2 = "How far students come"]//text[@class = "value"])[1]/text()', tree))[1]::text,
    (SELECT sum(students)::text FROM moodle_mart.completion_funnel WHERE stage_no = 1), 'so are those of a chart') FROM made;

DELETE FROM moodle_mart.learner_progress_weekly;
SELECT lives_ok($$SELECT xmlparse(DOCUMENT moodle_fdw.report('site1'))$$, 'what is empty leaves its chart out');
SELECT * FROM finish();
