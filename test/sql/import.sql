-- IMPORT FOREIGN SCHEMA: which tables, their columns, and names that need quotes.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
RESET client_min_messages;
CREATE SERVER "a ""quoted"" server" FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9');
CREATE SCHEMA "Into Here";
IMPORT FOREIGN SCHEMA moodle FROM SERVER "a ""quoted"" server" INTO "Into Here";
SELECT relname, ftoptions, count(*) AS columns
FROM pg_foreign_table JOIN pg_class ON ftrelid = pg_class.oid
JOIN pg_attribute ON attrelid = ftrelid AND attnum > 0
WHERE relnamespace = '"Into Here"'::regnamespace GROUP BY 1, 2 ORDER BY relname COLLATE "C";
-- The columns are those that entity_columns() tells, in that order.
SELECT entity, c.name FROM moodle_fdw.entities CROSS JOIN moodle_fdw.entity_columns(entity) c
LEFT JOIN pg_attribute ON attrelid = to_regclass('"Into Here".' || entity)
     AND attname = c.name AND attnum = c.ordinal AND format_type(atttypid, atttypmod) = c.type
WHERE attname IS NULL;
-- A second import stops at the first table that is there, and makes none.
IMPORT FOREIGN SCHEMA moodle FROM SERVER "a ""quoted"" server" INTO "Into Here";

CREATE SCHEMA picked;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (users, courses) FROM SERVER "a ""quoted"" server" INTO picked;
SELECT relname FROM pg_class WHERE relnamespace = 'picked'::regnamespace ORDER BY 1;
IMPORT FOREIGN SCHEMA moodle EXCEPT (users, courses, grades) FROM SERVER "a ""quoted"" server" INTO picked;
SELECT relname FROM pg_class WHERE relnamespace = 'picked'::regnamespace ORDER BY 1;
-- What cannot be imported.
IMPORT FOREIGN SCHEMA moodle LIMIT TO (users, nonsense) FROM SERVER "a ""quoted"" server" INTO picked;
IMPORT FOREIGN SCHEMA moodle EXCEPT (nonsense) FROM SERVER "a ""quoted"" server" INTO picked;
IMPORT FOREIGN SCHEMA moodle LIMIT TO ("Users") FROM SERVER "a ""quoted"" server" INTO picked;
IMPORT FOREIGN SCHEMA public FROM SERVER "a ""quoted"" server" INTO picked;
IMPORT FOREIGN SCHEMA "Moodle" FROM SERVER "a ""quoted"" server" INTO picked;
IMPORT FOREIGN SCHEMA moodle FROM SERVER "a ""quoted"" server" INTO picked OPTIONS (import_nothing 'x');
IMPORT FOREIGN SCHEMA moodle FROM SERVER "a ""quoted"" server" INTO no_such_schema;
\set VERBOSITY terse
SET client_min_messages = warning;
DROP SERVER "a ""quoted"" server" CASCADE;
DROP SCHEMA "Into Here", picked;
