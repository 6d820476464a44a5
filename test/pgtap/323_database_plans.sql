-- A database of which the planner knows nothing is still read in one go: what is joined is hashed, not
-- looped over.
\ir lib/setup.sql
\ir lib/warehouse.sql
\ir lib/moodle_database.sql
SELECT plan(6);
SELECT attach('both') \gset ignored_
SELECT on_moodle(
    'UPDATE mdl_course SET enablecompletion = 1',
    'INSERT INTO mdl_course_completion_criteria (id, course, criteriatype)
     SELECT 900000 + course * 10 + nr, course, 4 FROM generate_series(5, 24) course, generate_series(1, 3) nr',
    'INSERT INTO mdl_course_completions (id, userid, course, timestarted)
     SELECT 900000 + nr, 100000 + nr / 20, 5 + nr % 20, 1700000000 FROM generate_series(1, 20000) nr',
    'INSERT INTO mdl_course_completion_crit_compl (id, userid, course, criteriaid, timecompleted)
     SELECT 900000 + nr * 3 + criterion, 100000 + nr / 20, 5 + nr % 20, 900000 + (5 + nr % 20) * 10 + criterion, 1700000000
     FROM generate_series(1, 20000) nr, generate_series(1, 3) criterion', 'ANALYZE') \gset ignored_
CREATE FUNCTION ran(step text) RETURNS moodle_fdw.run_steps LANGUAGE sql AS
    $$ SELECT step FROM moodle_fdw.run_steps step WHERE run_id = last_run() AND layer = 'database' AND name = $1 $$;
CALL moodle_fdw.refresh(instances => '{both}');
SELECT is(last_status(), 'completed', 'a site with 20,000 completions more');
SELECT cmp_ok((ran('db_completion')).rows_read, '>', 20000::bigint, 'which are read');
-- As many grades are read. A loop takes some hundred times as long.
SELECT cmp_ok(finished_at - started_at, '<', (SELECT 20 * (finished_at - started_at) FROM ran('db_grade')),
              'in about the time that grades take') FROM ran('db_completion');
SELECT is((SELECT count(*) FROM moodle_stg.completions WHERE moodle_user_id >= 100000), 20000::bigint, 'and in staging');
SELECT on_moodle('DELETE FROM mdl_course_completions WHERE id = 900001') \gset ignored_
CALL moodle_fdw.refresh(instances => '{both}');
SELECT is((SELECT (rows_new, rows_changed, rows_deleted)::text FROM ran('db_completion')), '(0,0,1)', 'one that has gone is marked');
SELECT cmp_ok(finished_at - started_at, '<', (SELECT 20 * (finished_at - started_at) FROM ran('db_grade')),
              'as quickly') FROM ran('db_completion');
SELECT * FROM finish();
