-- Every function of Moodle's catalogue that reads: imports, plans, explains and scans, with right
-- types, over answers that the simulated Moodle makes of the function's return tree.
\ir lib/setup.sql
SELECT plan(9);
CREATE SCHEMA f;
IMPORT FOREIGN SCHEMA moodle EXCEPT (users, courses) FROM SERVER sim INTO f OPTIONS (functions 'all');

CREATE VIEW imported AS
    SELECT c.oid::regclass AS name, o.option_value AS function
    FROM pg_foreign_table t JOIN pg_class c ON c.oid = t.ftrelid,
         pg_options_to_table(t.ftoptions) o
    WHERE c.relnamespace = 'f'::regnamespace AND o.option_name = 'wsfunction';
SELECT set_eq('SELECT function FROM imported', 'SELECT function FROM moodle_fdw.catalogue',
              'every function of the catalogue is a table');
SELECT is(count(*), 385::bigint, 'and these are 385') FROM imported;

-- The example in the error's hint is what a call needs: it is taken at its word, with values that
-- this site has or takes.
CREATE FUNCTION ask(function text, arguments jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS
    $$ SELECT moodle_fdw.call('sim', function, arguments) $$;
CREATE TABLE known_values (function text PRIMARY KEY, condition text);
INSERT INTO known_values VALUES
    ('core_user_get_users_by_field', 'field = ''id'' AND values = ''{14,15}'''),
    ('core_completion_get_course_completion_status',
     (SELECT format('courseid = %s AND userid = %s', course_id, user_id) FROM sim.completions
      WHERE course_id = 6 AND reason IS NULL ORDER BY user_id LIMIT 1)),
    ('core_reportbuilder_retrieve_report', 'reportid = ' || (ask('core_reportbuilder_list_reports') #>> '{reports,0,id}')),
    ('mod_quiz_get_user_attempts', 'quizid = ' || (ask('mod_quiz_get_quizzes_by_courses', '{"courseids": [6]}') #>> '{quizzes,0,id}')),
    ('core_cohort_get_cohort_members', format('cohortids = ''{%s}''', ask('core_cohort_get_cohorts') #>> '{0,id}')),
    ('mod_forum_get_forum_discussions', 'forumid = ' || (ask('mod_forum_get_forums_by_courses', '{"courseids": [6]}') #>> '{0,id}'));
INSERT INTO known_values SELECT f, format('groupids = ''{%s}''', ask('core_group_get_course_groups', '{"courseid": 6}') #>> '{0,id}')
    FROM unnest('{core_group_get_groups,core_group_get_group_members}'::text[]) f;
INSERT INTO known_values SELECT 'mod_forum_get_discussion_posts', 'arg_discussionid = ' || (d ->> 'discussion')
    FROM jsonb_array_elements(ask('mod_forum_get_forums_by_courses', '{"courseids": [4, 5, 6, 7, 8]}')) f,
         jsonb_array_elements(ask('mod_forum_get_forum_discussions', jsonb_build_object('forumid', f -> 'id')) -> 'discussions') d
    LIMIT 1;

CREATE FUNCTION condition_for(t regclass, function text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    failure record := failure_of(format('SELECT count(*) FROM %s', t));
    example text := coalesce(substring(failure.hint FROM '^Give it in WHERE \((.*)\), by a join'), 'true');
BEGIN
    -- Addresses are checked by Moodle.
    example := regexp_replace(example, '(url|activityid) = ''…''', '\1 = ''https://moodle.example.edu/x''', 'g');
    example := replace(example, '…', 'a');
    RETURN coalesce((SELECT k.condition FROM known_values k WHERE k.function = condition_for.function), example);
END $$;
CREATE TABLE conditions AS SELECT name, function, condition_for(name, function) AS condition FROM imported;

SELECT is_empty($$SELECT name, e FROM conditions, failure_of(format('EXPLAIN (VERBOSE) SELECT * FROM %s', name)) e WHERE e.state IS NOT NULL$$,
                'each is planned and explained without its arguments');
SELECT is_empty($$SELECT name, e FROM conditions, failure_of(format('EXPLAIN (VERBOSE) SELECT * FROM %s WHERE %s', name, condition)) e
                  WHERE e.state IS NOT NULL$$, 'and with them');
SELECT reset_stats() \gset ignored_
SELECT is_empty($$SELECT name, condition, e FROM conditions, failure_of(format('SELECT count(t) FROM %s t WHERE %s', name, condition)) e
                  WHERE e.state IS NOT NULL$$, 'each is scanned, all of its columns');
SELECT bag_eq($$SELECT f FROM jsonb_object_keys(sim_ask('/__sim/stats')::jsonb -> 'by_function') f$$,
              'SELECT function FROM moodle_fdw.catalogue', 'each function was called');

-- A column's value is what was served under its path, by its type.
CREATE FUNCTION same_as_served(a pg_attribute, path text[]) RETURNS text LANGUAGE sql AS $$
    SELECT format(CASE a.atttypid
        WHEN 'jsonb'::regtype THEN 'nullif(%1$I, ''null'') IS NOT DISTINCT FROM nullif(raw #> %2$L, ''null'')'
        WHEN 'bigint'::regtype THEN '%1$I IS NOT DISTINCT FROM nullif(raw #>> %2$L, '''')::bigint'
        WHEN 'numeric'::regtype THEN '%1$I IS NOT DISTINCT FROM nullif(raw #>> %2$L, '''')::numeric'
        WHEN 'boolean'::regtype THEN '%1$I IS NOT DISTINCT FROM nullif(raw #>> %2$L, '''')::boolean'
        WHEN 'timestamptz'::regtype THEN
            '%1$I IS NOT DISTINCT FROM to_timestamp(nullif(nullif(raw #>> %2$L, '''')::float8, 0))'
        WHEN 'text'::regtype THEN '%1$I IS NOT DISTINCT FROM raw #>> %2$L'
        WHEN 'bigint[]'::regtype THEN 'coalesce(to_jsonb(%1$I), ''[]'') = coalesce(nullif(raw #> %2$L, ''null''), ''[]'')'
        WHEN 'text[]'::regtype THEN
            'coalesce(%1$I, ''{}'') = ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(raw #> %2$L, ''null''), ''[]'')))'
        END, a.attname, path)
$$;
CREATE FUNCTION option_of(options text[], name text) RETURNS text LANGUAGE sql AS
    $$ SELECT option_value FROM pg_options_to_table(options) WHERE option_name = name $$;
-- Of a table: how many rows it has, and how many of them differ in some column from what was served.
CREATE FUNCTION compared(t regclass, condition text, OUT rows bigint, OUT columns bigint, OUT different bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    same text;
BEGIN
    SELECT string_agg(same_as_served(a, string_to_array(coalesce(option_of(a.attfdwoptions, 'path'), a.attname), '/')), ' AND '), count(*)
    INTO same, columns FROM pg_attribute a
    WHERE attrelid = t AND attnum > 0 AND attname NOT IN ('instance', 'raw') AND option_of(attfdwoptions, 'param') IS NULL;
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE NOT (%s)) FROM %s WHERE %s', coalesce(same, 'true'), t, condition)
    INTO rows, different;
END $$;
CREATE TABLE comparison AS SELECT * FROM conditions, compared(name, condition);
SELECT is_empty('SELECT name, rows, different FROM comparison WHERE different <> 0', 'every column has what was served, in its type');
SELECT cmp_ok(count(*), '>=', 350::bigint, 'nearly all have rows') FROM comparison WHERE rows > 0;
SELECT cmp_ok(sum(columns)::bigint, '>', 5000::bigint, 'thousands of columns were compared') FROM comparison WHERE rows > 0;
SELECT finish();
