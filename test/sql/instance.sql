-- add_instance, remove_instance, instances, attach_union, and the union tables.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
\set SHOW_CONTEXT never
SELECT moodle_fdw.add_instance('one', 'http://127.0.0.1:9', 'token-of-one', '{"retries": "0", "max_connections": "8"}');
SELECT moodle_fdw.add_instance('two', 'http://127.0.0.1:9/moodle', token => 'token-of-two');
SELECT moodle_fdw.add_instance('select', 'http://127.0.0.1:9', token => 'a-reserved-word', options => '{"compression": false, "retries": 2}');
SELECT name, url, options, owner = current_user AS mine, has_token, tables FROM moodle_fdw.instances;
SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace
WHERE nspname IN ('one', 'two', 'select') ORDER BY nspname COLLATE "C";
SELECT srvname, umoptions FROM pg_user_mappings WHERE usename = current_user ORDER BY srvname COLLATE "C";
-- Every table is a partition of its union.
SELECT inhparent::regclass, count(*), string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid::regclass::text COLLATE "C")
FROM pg_inherits WHERE inhparent IN (SELECT oid FROM pg_class WHERE relnamespace = 'moodle_fdw'::regnamespace)
GROUP BY 1 ORDER BY inhparent::regclass::text COLLATE "C";
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = '"select".users'::regclass;

-- Pruned by instance, at planning and at run time; else all side by side.
EXPLAIN (COSTS OFF) SELECT user_id FROM moodle_fdw.users WHERE instance = 'two';
EXPLAIN (COSTS OFF) SELECT user_id FROM moodle_fdw.users WHERE instance IN ('one', 'select') AND user_id = 3;
EXPLAIN (COSTS OFF) SELECT user_id FROM moodle_fdw.users WHERE instance = 'nobody';
EXPLAIN (COSTS OFF) SELECT user_id FROM moodle_fdw.users;
PREPARE of_instance (text) AS SELECT user_id FROM moodle_fdw.users WHERE instance = $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE of_instance('one');
RESET plan_cache_mode;
DEALLOCATE of_instance;

-- Names.
SELECT moodle_fdw.add_instance('', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('One', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('1one', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('"; DROP TABLE users; --', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance(repeat('x', 64), 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance(E'a\nb', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance(E'a\n', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('pg_moodle', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('public', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('moodle_fdw', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('moodle_raw', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('information_schema', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.add_instance('one', 'http://127.0.0.1:9', 't');
CREATE SCHEMA taken;
SELECT moodle_fdw.add_instance('taken', 'http://127.0.0.1:9', 't');
-- Options and token.
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '[]');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '"x"');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', 'null');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '{"url": "http://127.0.0.1:10"}');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '{"token": "x"}');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '{"retires": "3"}');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '{"retries": "many"}');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '{"x'') ; DROP SCHEMA one CASCADE; --": "1"}');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 't', '{"on_unit_error": "'') ; DROP SCHEMA one CASCADE; --"}');
SELECT moodle_fdw.add_instance('three', 'ead.example.edu', 't');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', '');
SELECT moodle_fdw.add_instance('three', 'http://127.0.0.1:9', 'with space');
SELECT moodle_fdw.add_instance('three', NULL, 't') IS NULL AS nothing_for_null;
-- All or nothing: nothing is left of those.
SELECT count(*) AS instances FROM moodle_fdw.instances;
SELECT count(*) AS schemas FROM pg_namespace WHERE nspname = 'three';

-- attach_union takes only tables of entities, once.
CREATE FOREIGN TABLE one.custom (id bigint) SERVER one OPTIONS (wsfunction 'core_course_get_courses', rows '/*');
SELECT moodle_fdw.attach_union('one.custom');
SELECT moodle_fdw.attach_union('one.users');
SELECT moodle_fdw.attach_union('pg_class');
CREATE FOREIGN DATA WRAPPER other;
CREATE SERVER foreign_one FOREIGN DATA WRAPPER other;
CREATE FOREIGN TABLE not_ours (id bigint) SERVER foreign_one OPTIONS (entity 'users');
SELECT moodle_fdw.attach_union('not_ours');
DROP FOREIGN DATA WRAPPER other CASCADE;
-- A dropped union table, whose partitions went with it, comes again with the next instance.
ALTER EXTENSION moodle_fdw DROP TABLE moodle_fdw.site_info;
DROP TABLE moodle_fdw.site_info;
SELECT moodle_fdw.add_instance('four', 'http://127.0.0.1:9', 't');
SELECT count(*) AS partitions FROM pg_inherits WHERE inhparent = 'moodle_fdw.site_info'::regclass;

-- remove_instance takes its own things, and no more.
SELECT moodle_fdw.remove_instance('nobody');
CREATE TABLE two.mine (x int);
SELECT moodle_fdw.remove_instance('two');
SELECT count(*) AS still_there FROM moodle_fdw.instances WHERE name = 'two'
    AND tables = (SELECT count(*) - 1 FROM moodle_fdw.entities);
DROP TABLE two.mine;
SELECT moodle_fdw.remove_instance('two');
SELECT moodle_fdw.remove_instance('select');
SELECT moodle_fdw.remove_instance('select');
SELECT moodle_fdw.remove_instance('one');
SELECT moodle_fdw.remove_instance('four');
SELECT count(*) AS instances FROM moodle_fdw.instances;
SELECT count(*) AS partitions FROM pg_inherits WHERE inhparent = 'moodle_fdw.users'::regclass;
SELECT nspname FROM pg_namespace WHERE nspname IN ('one', 'two', 'select', 'four');
SELECT count(*) AS mappings FROM pg_user_mappings;
-- A name that was used can be used again, and an empty union gives no rows.
SELECT moodle_fdw.add_instance('one', 'http://127.0.0.1:9', 't');
SELECT moodle_fdw.remove_instance('one');
SELECT count(*) FROM moodle_fdw.users;
DROP SCHEMA taken;
