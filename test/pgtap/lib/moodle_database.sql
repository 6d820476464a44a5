-- After setup.sql and warehouse.sql: the database of the Moodle whose answers the replay gives, restored
-- from its dump into a database beside this one. on_moodle() changes it, attach() attaches it.
\set moodle_db :DBNAME '_moodle'
DROP DATABASE IF EXISTS :"moodle_db" WITH (FORCE);
CREATE DATABASE :"moodle_db";
\setenv MOODLE_DB :moodle_db
\! zcat ../data/moodle-db.sql.gz | psql -qX -v ON_ERROR_STOP=1 -d "$MOODLE_DB" >/dev/null
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION dblink;
\getenv moodle_host PGHOST
\getenv moodle_port PGPORT
\getenv replay MOODLE_REPLAY_URL
\set truth `cat ../data/recordings/_ground_truth_counts.json`
SELECT set_config('test.moodle', format('host=%s port=%s user=postgres dbname=%s', :'moodle_host', :'moodle_port', :'moodle_db'),
                  false) \gset ignored_
SELECT set_config('test.replay', :'replay', false) \gset ignored_
SELECT moodle_fdw.remove_instance('sim', purge => true) \gset ignored_
CREATE FUNCTION on_moodle(VARIADIC statements text[]) RETURNS void LANGUAGE sql AS $$
    SELECT dblink_exec(current_setting('test.moodle'), 'DO $do$ BEGIN ' || array_to_string(statements, '; ') || '; END $do$')
    $$;
CREATE FUNCTION attach(of_instance text) RETURNS void LANGUAGE sql AS $$
    SELECT moodle_fdw.attach_database(of_instance, 'postgres', host => split_part(said[1], '=', 2),
                                      port => split_part(said[2], '=', 2)::integer,
                                      dbname => split_part(said[4], '=', 2), username => 'postgres')
    FROM string_to_array(current_setting('test.moodle'), ' ') said
    $$;
CREATE FUNCTION connect(of_instance text) RETURNS void LANGUAGE sql AS $$
    SELECT moodle_fdw.add_instance(of_instance, current_setting('test.replay'), 'replay', '{"retries": "0"}') $$;
-- Where two instances' rows of a staging table are not the same: keys that one lacks, and columns.
CREATE FUNCTION apart(of_table text, one text, other text, without text[] DEFAULT '{}', seen text DEFAULT 'true')
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    key text := (SELECT string_agg(quote_ident(attname), ', ') FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
                 WHERE indrelid = format('moodle_stg.%I', of_table)::regclass AND indisprimary AND attname <> 'instance');
    said text;
BEGIN
    EXECUTE format(
        'WITH pair AS (SELECT (%1$s)::text AS key, one.fields AS one, other.fields AS other
                       FROM (SELECT %1$s, to_jsonb(row) - $3 AS fields FROM moodle_stg.%2$I row WHERE instance = $1 AND %3$s) one
                       FULL JOIN (SELECT %1$s, to_jsonb(row) - $3 AS fields FROM moodle_stg.%2$I row WHERE instance = $2 AND %3$s) other USING (%1$s))
         SELECT concat_ws(''; '', (SELECT count(*) || '' rows alone, as '' || min(key) FROM pair WHERE one IS NULL OR other IS NULL HAVING count(*) > 0),
                    (SELECT string_agg(said, ''; '') FROM (
                         SELECT format(''%%s of %%s rows, as %%s'', name, count(*), min(key || '' '' || (one -> name)::text || '' and '' || (other -> name)::text)) AS said
                         FROM pair, jsonb_object_keys(one) name WHERE one -> name <> other -> name GROUP BY name ORDER BY name) columns))',
        CASE WHEN key ~ ',' THEN key ELSE key END, of_table, seen)
        INTO said USING one, other, without || '{instance,ts_extract}'::text[];
    RETURN said;
END $$;
CREATE FUNCTION staged_tables() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT unnest('{users,categories,courses,roles,enrolment_methods,enrolments,grade_items,grades,completions}'::text[]) $$;
SELECT moodle_fdw.deploy() \gset ignored_
