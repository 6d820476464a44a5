-- After setup.sql, for the files that read a site's own database: a real Moodle's, restored from its
-- dump into a database beside this one, attached as "site" by postgres_fdw. on_site() changes it.
\set site_db :DBNAME '_site'
DROP DATABASE IF EXISTS :"site_db" WITH (FORCE);
CREATE DATABASE :"site_db";
\setenv SITE_DB :site_db
\! zcat ../data/moodle-db.sql.gz | psql -qX -v ON_ERROR_STOP=1 -d "$SITE_DB" >/dev/null
\! psql -qX -v ON_ERROR_STOP=1 -d "$SITE_DB" -f lib/site_own.sql
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION dblink;
\getenv site_host PGHOST
\getenv site_port PGPORT
SELECT set_config('test.site', format('host=%s port=%s user=postgres dbname=%s', :'site_host', :'site_port', :'site_db'),
                  false) \gset ignored_
CREATE FUNCTION on_site(statements text) RETURNS void LANGUAGE sql AS $$
    SELECT dblink_exec(current_setting('test.site'), 'DO $do$ BEGIN ' || statements || '; END $do$')
    $$;
CREATE FUNCTION attach_site(of_instance text, zone text DEFAULT 'Europe/Prague', more jsonb DEFAULT '{}') RETURNS void
    LANGUAGE sql AS $$
    SELECT moodle_fdw.attach_database(of_instance, 'postgres', host => split_part(said[1], '=', 2),
                                      port => split_part(said[2], '=', 2)::integer,
                                      dbname => split_part(said[4], '=', 2), username => 'postgres',
                                      password => 'TokenOfTheDatabase', time_zone => zone, options => more)
    FROM string_to_array(current_setting('test.site'), ' ') said
    $$;

-- What a refresh would land of it.
CREATE FUNCTION stage_site(of_instance text DEFAULT 'site') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tables text := (SELECT schema_name FROM moodle_fdw.databases WHERE instance = of_instance);
BEGIN
    EXECUTE format('INSERT INTO moodle_stg.courses (instance, moodle_course_id, shortname, fullname, idnumber,
                        categoryid, visible, ts_extract)
                    SELECT %L, id, shortname, fullname, idnumber, category, visible, now() FROM %I.mdl_course
                    ON CONFLICT DO NOTHING', of_instance, tables);
    EXECUTE format('INSERT INTO moodle_stg.categories (instance, moodle_category_id, name, idnumber, parent,
                        depth, path, ts_extract)
                    SELECT %L, id, name, idnumber, parent, depth, path, now() FROM %I.mdl_course_categories
                    ON CONFLICT DO NOTHING', of_instance, tables);
    EXECUTE format('INSERT INTO moodle_stg.roles (instance, moodle_role_id, shortname, name, archetype, ts_extract)
                    SELECT %L, id, shortname, name, archetype, now() FROM %I.mdl_role
                    ON CONFLICT DO NOTHING', of_instance, tables);
END $$;
SELECT moodle_fdw.deploy() \gset ignored_

-- What a CALL that commits fails with, in a session of its own; NULL if it does not.
CREATE FUNCTION called(statement text, of_role text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
BEGIN
    PERFORM dblink_connect('caller', format('host=%s port=%s user=%s dbname=%s',
        current_setting('unix_socket_directories'), current_setting('port'), coalesce(of_role, 'postgres'), current_database()));
    PERFORM dblink_exec('caller', 'SET client_min_messages = error');
    IF dblink_exec('caller', statement, false) = 'ERROR' THEN
        message := regexp_replace(dblink_error_message('caller'), '^ERROR:  |\n.*', '', 'g');
    END IF;
    PERFORM dblink_disconnect('caller');
    RETURN message;
END $$;
