-- Pseudonyms and the forgotten where a site is fed by its own database: a real Moodle's.
\ir lib/setup.sql
\ir lib/warehouse.sql
\ir lib/moodle_database.sql
\ir lib/privacy.sql
SELECT no_plan();
SELECT attach('alone') \gset ignored_
CALL moodle_fdw.refresh(instances => '{alone}');
SELECT is(last_status(), 'completed', 'a site is read from its database');
SELECT moodle_user_id AS him FROM moodle_stg.grades WHERE instance = 'alone' AND finalgrade IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1 \gset
CREATE TABLE words AS
    SELECT array_agg(DISTINCT word) AS of_people
    FROM (SELECT unnest(ARRAY[email, username, fullname]) AS word FROM moodle_stg.users WHERE instance = 'alone' AND moodle_user_id % 200 = 1) known
    WHERE length(word) > 5;
SELECT cmp_ok((SELECT count(DISTINCT relation) FROM words, places_of(of_people)), '>=', 4::bigint, 'names stand in many places');
CREATE TABLE before_grades AS SELECT moodle_course_id, moodle_user_id, moodle_item_id, finalgrade, status FROM moodle_stg.grades;
SELECT moodle_fdw.pseudonymise('alone') \g /dev/null
SELECT is_empty('SELECT relation, found FROM words, places_of(of_people)', 'then nowhere');
SELECT bag_eq('SELECT moodle_course_id, moodle_user_id, moodle_item_id, finalgrade, status FROM moodle_stg.grades', 'SELECT * FROM before_grades', 'grades are as they were');
SELECT all_versions() AS versions_before \gset
CALL moodle_fdw.refresh(instances => '{alone}');
SELECT is(last_status(), 'completed', 'the next refresh');
SELECT is(all_versions(), :versions_before::bigint, 'finds nothing that has changed');

SELECT moodle_fdw.forget_user('alone', :him) \g /dev/null
SELECT is_empty(format('SELECT * FROM rows_of(''alone'', %s)', :him), 'somebody is forgotten');
SELECT all_versions() AS versions_before \gset
CALL moodle_fdw.refresh(instances => '{alone}', full_scan => true);
SELECT is(last_status(), 'completed', 'the next refresh');
SELECT is_empty(format('SELECT * FROM rows_of(''alone'', %s)', :him), 'does not bring him back');
SELECT is(all_versions(), :versions_before::bigint, 'and lands nothing');
SELECT is_empty($$SELECT check_name, table_name FROM moodle_fdw.data_problems WHERE severity = 'error' AND check_name <> 'course exists'$$, 'staging is as landed');
SELECT * FROM finish();
