-- EXPLAIN: how Moodle would be asked. Nothing listens at this address, and nothing is asked.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
RESET client_min_messages;
CREATE SERVER m FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', retries '0');
CREATE USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (token 'SecretTokenOfExplain');
CREATE SCHEMA m;
IMPORT FOREIGN SCHEMA moodle FROM SERVER m INTO m;
SET search_path = m;
-- Whole tables.
EXPLAIN (COSTS OFF) SELECT * FROM users;
EXPLAIN (COSTS OFF) SELECT * FROM courses;
EXPLAIN (COSTS OFF) SELECT * FROM categories;
EXPLAIN (COSTS OFF) SELECT * FROM roles;
EXPLAIN (COSTS OFF) SELECT * FROM enrolments;
EXPLAIN (COSTS OFF) SELECT * FROM enrolment_methods;
EXPLAIN (COSTS OFF) SELECT * FROM grade_items;
EXPLAIN (COSTS OFF) SELECT * FROM grades;
EXPLAIN (COSTS OFF) SELECT * FROM completions;
EXPLAIN (COSTS OFF) SELECT * FROM site_info;
-- What Moodle helps with.
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id, username FROM users WHERE user_id = 12;
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE user_id IN (12, 13, 14);
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE email = 'a@example.edu';
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE email LIKE 'a%';
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE lastname ILIKE 'mü%';
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE username = 'ana' AND suspended;
EXPLAIN (VERBOSE, COSTS OFF) SELECT course_id FROM courses WHERE course_id = ANY ('{2,3}');
EXPLAIN (VERBOSE, COSTS OFF) SELECT course_id FROM courses WHERE idnumber = 'X1';
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id, username FROM enrolments WHERE course_id = 14;
EXPLAIN (VERBOSE, COSTS OFF) SELECT raw FROM enrolments WHERE course_id = 14;
EXPLAIN (VERBOSE, COSTS OFF) SELECT grade FROM grades WHERE course_id IN (14, 15);
EXPLAIN (VERBOSE, COSTS OFF) SELECT completed FROM completions WHERE course_id = 14 AND user_id = 114;
-- What it does not.
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE email LIKE '%a';
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE lower(email) = 'a@example.edu';
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE email = 'a' OR user_id = 3;
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE user_id > 12;
EXPLAIN (VERBOSE, COSTS OFF) SELECT fullname FROM courses WHERE fullname = 'R&D';
-- Nothing at all to ask.
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE user_id = -1;
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE user_id = NULL;
EXPLAIN (VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE instance = 'another';
-- LIMIT and ORDER BY stay here.
EXPLAIN (COSTS OFF) SELECT user_id FROM users WHERE suspended ORDER BY user_id LIMIT 3;
-- Joins ask for what the other side has.
CREATE TABLE few (id bigint PRIMARY KEY);
INSERT INTO few SELECT generate_series(2, 4);
ANALYZE few;
EXPLAIN (COSTS OFF) SELECT * FROM few JOIN enrolments ON course_id = id;
EXPLAIN (COSTS OFF) SELECT * FROM few JOIN users ON user_id = id;
EXPLAIN (COSTS OFF) SELECT * FROM enrolments WHERE course_id = ANY (ARRAY(SELECT id FROM few));
-- For programs.
EXPLAIN (FORMAT JSON, VERBOSE, COSTS OFF) SELECT user_id FROM users WHERE user_id = 12;
EXPLAIN (FORMAT YAML, COSTS OFF) SELECT user_id FROM users WHERE email = 'a';
-- A plan for any value.
PREPARE by_id (bigint) AS SELECT username FROM users WHERE user_id = $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_id(12);
RESET plan_cache_mode;
-- No plan shows the token.
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
    $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (VERBOSE, SETTINGS, COSTS OFF) ' || query; END $$;
SELECT count(*) AS lines, count(*) FILTER (WHERE line ILIKE '%SecretToken%') AS with_token
FROM plan_of('SELECT * FROM users JOIN enrolments USING (user_id) WHERE course_id = 3') line;
-- EXPLAIN ANALYZE does ask, and nothing listens.
\set VERBOSITY terse
EXPLAIN (ANALYZE, COSTS OFF) SELECT * FROM users;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA m CASCADE;
DROP SERVER m CASCADE;
