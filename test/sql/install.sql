-- What CREATE EXTENSION brings, and that nothing of it lacks a comment.
CREATE EXTENSION moodle_fdw;
SELECT extrelocatable, extversion = moodle_fdw.version() AS library_is_of_this_version
FROM pg_extension WHERE extname = 'moodle_fdw';
SELECT fdwname, fdwhandler::regproc, fdwvalidator::regproc, fdwacl IS NULL AS closed_to_others
FROM pg_foreign_data_wrapper WHERE fdwname = 'moodle_fdw';

CREATE VIEW objects AS
SELECT classid, objid, objsubid, pg_describe_object(classid, objid, objsubid) AS object
FROM pg_depend JOIN pg_extension e ON e.oid = refobjid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND extname = 'moodle_fdw';
SELECT object FROM objects WHERE object ~ '^(view|table|foreign-data)' ORDER BY object COLLATE "C";
SELECT entity, comment, function FROM moodle_fdw.entities;
-- Every entity has its union table, and no union table is without an entity.
SELECT relname, relkind, partstrat FROM pg_class JOIN pg_partitioned_table ON partrelid = oid
WHERE relnamespace = 'moodle_fdw'::regnamespace ORDER BY relname COLLATE "C";
SELECT count(*) AS unions_without_entity FROM pg_class
WHERE relnamespace = 'moodle_fdw'::regnamespace AND relkind = 'p'
  AND relname NOT IN (SELECT entity FROM moodle_fdw.entities);
-- A union table has its entity's columns with their types, instance first and raw last.
SELECT entity, c.name, c.type, format_type(atttypid, atttypmod) AS is
FROM moodle_fdw.entities CROSS JOIN moodle_fdw.entity_columns(entity) c
LEFT JOIN pg_attribute a ON attrelid = to_regclass('moodle_fdw.' || entity) AND attnum = c.ordinal
                        AND attname = c.name
WHERE format_type(atttypid, atttypmod) IS DISTINCT FROM c.type;
SELECT entity FROM moodle_fdw.entities
WHERE (SELECT array_agg(name ORDER BY ordinal) FROM moodle_fdw.entity_columns(entity))[1] <> 'instance'
   OR (SELECT name FROM moodle_fdw.entity_columns(entity) ORDER BY ordinal DESC LIMIT 1) <> 'raw';
SELECT * FROM moodle_fdw.entity_columns('completions');
SELECT * FROM moodle_fdw.entity_columns('nonsense');

-- Comments: on every function and view, and on every union table and column.
SELECT object FROM objects
WHERE object ~ '^((function|procedure|table) moodle_fdw\.|view|foreign-data)' AND obj_description(objid, classid::regclass::name) IS NULL
ORDER BY 1;
SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
WHERE relnamespace = 'moodle_fdw'::regnamespace AND relkind = 'p' AND attnum > 0
  AND (col_description(attrelid, attnum) IS NULL OR obj_description(attrelid, 'pg_class') IS NULL);
-- What runs as the extension's owner fixes its search path; what changes things is not for everyone.
SELECT oid::regprocedure AS as_owner, proconfig FROM pg_proc
WHERE pronamespace = 'moodle_fdw'::regnamespace AND prosecdef ORDER BY 1;
SELECT pg_proc.oid::regprocedure AS path_not_fixed FROM pg_proc JOIN pg_language l ON l.oid = prolang
WHERE pronamespace = 'moodle_fdw'::regnamespace AND lanname = 'plpgsql'
  AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)
  -- Procedures that commit fix it in each transaction.
  AND NOT (prokind = 'p' AND prosrc ~ 'set_config\(''search_path'', ''pg_catalog, pg_temp'', true\)');
SELECT oid::regprocedure AS for_everyone FROM pg_proc
WHERE pronamespace = 'moodle_fdw'::regnamespace AND has_function_privilege('public', oid, 'EXECUTE')
ORDER BY proname COLLATE "C";

-- Away and back again.
CREATE SERVER kept FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9');
\set VERBOSITY terse
DROP EXTENSION moodle_fdw;
DROP SERVER kept;
DROP VIEW objects;
DROP EXTENSION moodle_fdw;
SELECT count(*) AS left_over FROM pg_class WHERE relnamespace = to_regnamespace('moodle_fdw');
CREATE EXTENSION moodle_fdw SCHEMA public;
CREATE EXTENSION moodle_fdw;
SELECT count(*) AS instances FROM moodle_fdw.instances;
