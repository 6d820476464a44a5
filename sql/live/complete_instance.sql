-- Not by the update of the extension itself, whose members the tables would become. Open to all: it
-- does what the caller may do without it, and who was allowed build_instance() before there was this
-- one goes on with the rights given then.
CREATE FUNCTION @extschema@.complete_instance(name text) RETURNS text[]
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    missing text;
    added text[] := '{}';
BEGIN
    IF NOT EXISTS (SELECT FROM pg_foreign_server server
                   JOIN pg_foreign_data_wrapper wrapper ON wrapper.oid = server.srvfdw
                   WHERE server.srvname = name AND wrapper.fdwname = 'moodle_fdw') THEN
        RAISE EXCEPTION 'there is no moodle instance "%"', name
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name FROM moodle_fdw.instances lists them.';
    END IF;
    FOR missing IN
        SELECT entity FROM @extschema@.entity_list()
        WHERE to_regclass(format('%I.%I', name, entity)) IS NULL ORDER BY ordinal
    LOOP
        EXECUTE format('IMPORT FOREIGN SCHEMA moodle LIMIT TO (%I) FROM SERVER %I INTO %I',
                       missing, name, name);
        PERFORM @extschema@.attach_union(format('%I.%I', name, missing)::regclass);
        added := added || missing;
    END LOOP;
    RETURN added;
END
$$;

COMMENT ON FUNCTION @extschema@.complete_instance(text) IS
    'gives an instance the live tables that it lacks, as after an update of the extension, and says which';
