\echo Use "CREATE EXTENSION moodle_fdw" to load this file. \quit

-- sql/live/handler.sql
CREATE FUNCTION moodle_fdw_handler() RETURNS fdw_handler
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
REVOKE EXECUTE ON FUNCTION moodle_fdw_handler() FROM PUBLIC;

CREATE FUNCTION moodle_fdw_validator(text[], oid) RETURNS void
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

CREATE FOREIGN DATA WRAPPER moodle_fdw
    HANDLER moodle_fdw_handler
    VALIDATOR moodle_fdw_validator;

COMMENT ON FOREIGN DATA WRAPPER moodle_fdw IS
    'tables over the web services of Moodle sites';

-- What is in the schema guards itself; the union tables and what changes instances are granted.
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;

-- sql/live/version.sql
CREATE FUNCTION @extschema@.version() RETURNS text
    AS 'MODULE_PATHNAME', 'moodle_fdw_version'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.version() IS 'version of the loaded library';

-- sql/live/call.sql
CREATE FUNCTION @extschema@.call(instance text, function text, arguments jsonb DEFAULT '{}')
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'moodle_fdw_call'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.call(text, text, jsonb) IS
    'the answer of any web-service function that only reads, as served';

-- sql/live/last_scan.sql
CREATE FUNCTION @extschema@.last_scan(
        OUT instance text, OUT entity text, OUT units bigint, OUT units_skipped bigint,
        OUT requests bigint, OUT retries bigint, OUT bytes bigint, OUT rows bigint,
        OUT skipped jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_last_scan'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.last_scan() IS
    'what the scans of this session''s last statement over Moodle tables did, and which units were passed over and why';

-- sql/live/close_connections.sql
CREATE FUNCTION @extschema@.close_connections() RETURNS integer
    AS 'MODULE_PATHNAME', 'moodle_fdw_close_connections'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.close_connections() IS
    'closes this session''s idle connections to Moodle sites; how many sites were known';

-- sql/live/entities.sql
CREATE FUNCTION @extschema@.entity_list(
        OUT entity text, OUT comment text, OUT function text, OUT ordinal integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_entities'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE VIEW @extschema@.entities AS
    SELECT entity, comment, function FROM @extschema@.entity_list() ORDER BY ordinal;

COMMENT ON FUNCTION @extschema@.entity_list() IS 'the entities that this version knows';
COMMENT ON VIEW @extschema@.entities IS 'the entities that this version knows';
GRANT SELECT ON @extschema@.entities TO PUBLIC;

-- sql/live/entity_columns.sql
CREATE FUNCTION @extschema@.entity_columns(
        entity text, OUT ordinal integer, OUT name text, OUT type text, OUT comment text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_entity_columns'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.entity_columns(text) IS 'the columns of one entity''s tables';

-- sql/live/instances.sql
CREATE VIEW @extschema@.instances AS
    SELECT server.srvname::text AS name,
           (SELECT option_value FROM pg_catalog.pg_options_to_table(server.srvoptions)
            WHERE option_name OPERATOR(pg_catalog.=) 'url') AS url,
           (SELECT pg_catalog.jsonb_object_agg(option_name, option_value)
            FROM pg_catalog.pg_options_to_table(server.srvoptions)
            WHERE option_name OPERATOR(pg_catalog.<>) 'url') AS options,
           pg_catalog.pg_get_userbyid(server.srvowner)::text AS owner,
           EXISTS (SELECT FROM pg_catalog.pg_user_mappings mapping
                   WHERE mapping.srvid OPERATOR(pg_catalog.=) server.oid
                     AND mapping.usename OPERATOR(pg_catalog.=) ANY
                         (ARRAY[CURRENT_USER::name, 'public'])) AS has_token,
           (SELECT pg_catalog.count(*)
            FROM pg_catalog.pg_foreign_table foreign_table
            WHERE foreign_table.ftserver OPERATOR(pg_catalog.=) server.oid) AS tables
    FROM pg_catalog.pg_foreign_server server
    JOIN pg_catalog.pg_foreign_data_wrapper wrapper
      ON wrapper.oid OPERATOR(pg_catalog.=) server.srvfdw
    WHERE wrapper.fdwname OPERATOR(pg_catalog.=) 'moodle_fdw'
    ORDER BY server.srvname;

COMMENT ON VIEW @extschema@.instances IS
    'the Moodle sites: one foreign server each; has_token = the current role has a user mapping';
GRANT SELECT ON @extschema@.instances TO PUBLIC;

-- sql/live/ensure_union.sql
CREATE FUNCTION @extschema@.ensure_union(entity text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    columns text;
    one record;
BEGIN
    IF to_regclass(format('@extschema@.%I', entity)) IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(format('%I %s', name, type), ', ' ORDER BY ordinal) INTO columns
    FROM @extschema@.entity_columns(entity);
    EXECUTE format('CREATE TABLE @extschema@.%I (%s) PARTITION BY LIST (instance)',
                   entity, columns);
    EXECUTE format('COMMENT ON TABLE @extschema@.%I IS %L', entity,
                   (SELECT format('%s; live, over all instances', list.comment)
                    FROM @extschema@.entity_list() list
                    WHERE list.entity = ensure_union.entity));
    FOR one IN SELECT name, comment FROM @extschema@.entity_columns(entity) LOOP
        EXECUTE format('COMMENT ON COLUMN @extschema@.%I.%I IS %L', entity, one.name, one.comment);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.ensure_union(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.ensure_union(text) IS
    'makes the union table of an entity where it is missing';

-- sql/live/unions.sql
-- moodle_fdw.users, moodle_fdw.courses, …: each instance's foreign table becomes a partition.
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT entity FROM @extschema@.entities LOOP
        PERFORM @extschema@.ensure_union(one);
    END LOOP;
END
$$;

-- sql/live/attach_union.sql
-- Runs as the extension's owner, who owns the union tables: so it attaches nothing but the caller's
-- own foreign table over the caller's own server, under that server's name. Who calls is not to be
-- seen from in here; the session's user may be whoever that user may SET ROLE to.
CREATE FUNCTION @extschema@.attach_union(foreign_table regclass) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    target record;
BEGIN
    SELECT server.srvname AS instance, server.srvowner, relation.relowner,
           (SELECT option_value FROM pg_options_to_table(ft.ftoptions)
            WHERE option_name = 'entity') AS entity
    INTO target
    FROM pg_foreign_table ft
    JOIN pg_class relation ON relation.oid = ft.ftrelid
    JOIN pg_foreign_server server ON server.oid = ft.ftserver
    JOIN pg_foreign_data_wrapper wrapper ON wrapper.oid = server.srvfdw
    WHERE ft.ftrelid = foreign_table AND wrapper.fdwname = 'moodle_fdw';
    IF NOT FOUND OR target.entity IS NULL THEN
        RAISE EXCEPTION '% is no table of a moodle entity', foreign_table
            USING ERRCODE = 'wrong_object_type',
                  HINT = 'Tables made by IMPORT FOREIGN SCHEMA or with OPTIONS (entity …) can be attached.';
    END IF;
    IF NOT pg_has_role(session_user, target.relowner, 'MEMBER') THEN
        RAISE EXCEPTION 'must be owner of %', foreign_table
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Another's table would stand for this instance in everyone's queries.
    IF NOT pg_has_role(session_user, target.srvowner, 'MEMBER') THEN
        RAISE EXCEPTION 'must be owner of foreign server %', target.instance
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM @extschema@.ensure_union(target.entity);
    EXECUTE format('ALTER TABLE @extschema@.%I ATTACH PARTITION %s FOR VALUES IN (%L)',
                   target.entity, foreign_table, target.instance);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.attach_union(regclass) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.attach_union(regclass) IS
    'makes a foreign table of an entity a partition of the union table moodle_fdw.<entity>';

-- sql/live/build_instance.sql
-- Everything of add_instance() but the token, which never stands in a statement's text.
CREATE FUNCTION @extschema@.build_instance(name text, url text, options jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    server_options text;
    foreign_table regclass;
BEGIN
    IF name !~ '^[a-z][a-z0-9_]{0,62}$' THEN
        RAISE EXCEPTION 'invalid name of an instance: "%"', left(name, 80)
            USING ERRCODE = 'invalid_name',
                  HINT = 'It names a server and a schema: up to 63 lower-case letters, digits and underscores, beginning with a letter.';
    END IF;
    IF name ~ '^pg_' OR name IN ('information_schema', 'public', 'cron', 'moodle_fdw', 'moodle_raw',
                                 'moodle_stg', 'moodle_mart') THEN
        RAISE EXCEPTION 'the name "%" is taken for a schema of another purpose', name
            USING ERRCODE = 'reserved_name', HINT = 'Choose another one, such as "moodle1".';
    END IF;
    IF EXISTS (SELECT FROM pg_foreign_server WHERE srvname = name) THEN
        RAISE EXCEPTION 'there is an instance or server "%" already', name
            USING ERRCODE = 'duplicate_object',
                  HINT = format('ALTER SERVER %I OPTIONS (…) changes it; moodle_fdw.remove_instance(%L) takes it away.',
                                name, name);
    END IF;
    IF to_regnamespace(quote_ident(name)) IS NOT NULL THEN
        RAISE EXCEPTION 'there is a schema "%" already', name
            USING ERRCODE = 'duplicate_schema',
                  HINT = 'The instance''s tables get a schema of its name: choose another name, or rename the schema.';
    END IF;
    IF jsonb_typeof(options) <> 'object' OR options ?| ARRAY['url', 'token'] THEN
        RAISE EXCEPTION 'options must be a JSON object of server options without url and token'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'For example {"max_connections": "8"}; docs/options.md lists them.';
    END IF;
    SELECT string_agg(format(', %I %L', key, value), '' ORDER BY key) INTO server_options
    FROM jsonb_each_text(options);
    EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url %L%s)',
                   name, url, coalesce(server_options, ''));
    EXECUTE format('CREATE SCHEMA %I', name);
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', name, 'live tables of the Moodle at ' || url);
    EXECUTE format('IMPORT FOREIGN SCHEMA moodle FROM SERVER %I INTO %I', name, name);
    FOR foreign_table IN
        SELECT ftrelid FROM pg_foreign_table
        JOIN pg_foreign_server server ON server.oid = ftserver
        WHERE srvname = name ORDER BY ftrelid
    LOOP
        PERFORM @extschema@.attach_union(foreign_table);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_instance(text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_instance(text, text, jsonb) IS 'part of add_instance()';

-- sql/live/add_instance.sql
CREATE FUNCTION @extschema@.add_instance(
        name text, url text, token text, options jsonb DEFAULT '{}')
    RETURNS void
    AS 'MODULE_PATHNAME', 'moodle_fdw_add_instance'
    LANGUAGE C VOLATILE STRICT;

REVOKE EXECUTE ON FUNCTION @extschema@.add_instance(text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.add_instance(text, text, text, jsonb) IS
    'connects a Moodle: server, user mapping of the current role, schema of live tables, partitions of the union tables; all or nothing';

-- sql/live/remove_instance.sql
CREATE FUNCTION @extschema@.remove_instance(name text, purge boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    server_id oid;
    one record;
    others text;
BEGIN
    SELECT server.oid INTO server_id
    FROM pg_foreign_server server
    JOIN pg_foreign_data_wrapper wrapper ON wrapper.oid = server.srvfdw
    WHERE server.srvname = name AND wrapper.fdwname = 'moodle_fdw';
    IF server_id IS NULL THEN
        RAISE EXCEPTION 'there is no moodle instance "%"', name
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name FROM moodle_fdw.instances lists them.';
    END IF;
    FOR one IN
        SELECT ftrelid::regclass AS foreign_table FROM pg_foreign_table WHERE ftserver = server_id
    LOOP
        EXECUTE format('DROP FOREIGN TABLE %s', one.foreign_table);
    END LOOP;
    IF to_regnamespace(quote_ident(name)) IS NOT NULL THEN
        SELECT string_agg(relname, ', ' ORDER BY relname) INTO others
        FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(name)) AND relkind <> 'i';
        IF others IS NOT NULL THEN
            RAISE EXCEPTION 'schema "%" holds more than the instance''s tables: %', name, others
                USING ERRCODE = 'dependent_objects_still_exist',
                      HINT = 'Move or drop them first.';
        END IF;
        EXECUTE format('DROP SCHEMA %I', name);
    END IF;
    FOR one IN SELECT umuser FROM pg_user_mappings WHERE srvid = server_id LOOP
        EXECUTE format('DROP USER MAPPING FOR %s SERVER %I',
                       CASE WHEN one.umuser = 0 THEN 'PUBLIC'
                            ELSE quote_ident(pg_get_userbyid(one.umuser)) END, name);
    END LOOP;
    EXECUTE format('DROP SERVER %I', name);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.remove_instance(text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.remove_instance(text, boolean) IS
    'disconnects a Moodle: its live tables, user mappings and server go; rows of the warehouse stay unless purge';
