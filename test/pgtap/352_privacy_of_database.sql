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
CREATE FUNCTION rows_of(person bigint) RETURNS TABLE (relation text, rows bigint) LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT found.relation, column_of.name FROM moodle_fdw.warehouse_relations() found, moodle_fdw.person_columns(found.relation) column_of
               WHERE found.kind IN ('r', 'p') AND NOT is_partition LOOP
        RETURN QUERY EXECUTE format('SELECT %L, count(*) FROM %s WHERE instance = ''alone'' AND %I = $1 HAVING count(*) > 0', one.relation, one.relation, one.name) USING person;
    END LOOP;
    RETURN QUERY SELECT entity, count(*) FROM moodle_raw.landing
        WHERE entity IN ('db_user', 'db_enrolment', 'db_grade', 'db_completion')
          AND split_part(record_key, ':', CASE entity WHEN 'db_user' THEN 1 ELSE 2 END) = person::text GROUP BY 1;
END $$;
SELECT is_empty(format('SELECT * FROM rows_of(%s)', :him), 'somebody is forgotten');
SELECT all_versions() AS versions_before \gset
CALL moodle_fdw.refresh(instances => '{alone}', full_scan => true);
SELECT is(last_status(), 'completed', 'the next refresh');
SELECT is_empty(format('SELECT * FROM rows_of(%s)', :him), 'does not bring him back');
SELECT is(all_versions(), :versions_before::bigint, 'and lands nothing');
SELECT is_empty($$SELECT check_name, table_name FROM moodle_fdw.data_problems WHERE severity = 'error' AND check_name <> 'course exists'$$, 'staging is as landed');
SELECT * FROM finish();
