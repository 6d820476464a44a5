-- Once, in the new database: the extensions, the warehouse, the roles.
CREATE EXTENSION pg_cron;
CREATE EXTENSION moodle_fdw;
SELECT moodle_fdw.deploy();
SELECT moodle_fdw.setup_roles();
