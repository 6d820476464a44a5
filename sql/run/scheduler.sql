-- Raises, with what to do, unless pg_cron stands ready in this database for the current role.
CREATE FUNCTION @extschema@.require_scheduler(wanted text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- Settings of the server's own are not for everyone to see.
    sees_settings boolean := pg_has_role(current_user, 'pg_read_all_settings', 'USAGE');
    cron_database text := CASE WHEN sees_settings THEN current_setting('cron.database_name', true) END;
    preloaded text := CASE WHEN sees_settings
                           THEN nullif(current_setting('shared_preload_libraries'), '') END;
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        IF has_schema_privilege('cron', 'USAGE') THEN
            RETURN;
        END IF;
        RAISE EXCEPTION 'role "%" may not use pg_cron', current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('As a superuser: GRANT USAGE ON SCHEMA cron TO %I;', current_user);
    ELSIF cron_database = current_database() THEN
        RAISE EXCEPTION 'pg_cron is loaded, but not created in this database'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'As a superuser: CREATE EXTENSION pg_cron;';
    ELSIF cron_database IS NOT NULL THEN
        RAISE EXCEPTION 'pg_cron works in database "%", not in this one', cron_database
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('To move it here: cron.database_name = %L in postgresql.conf, a restart, CREATE EXTENSION pg_cron.',
                                  current_database()),
                  HINT = format('As a superuser in database "%s": %s', cron_database, wanted);
    END IF;
    RAISE EXCEPTION 'pg_cron is not installed in this database'
        USING ERRCODE = 'object_not_in_prerequisite_state',
              DETAIL = 'Any other scheduler does as well: psql -c ''CALL moodle_fdw.refresh()''.',
              HINT = concat_ws(E'\n',
                  CASE WHEN NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron')
                       THEN format('On Debian: apt-get install postgresql-%s-cron.',
                                   current_setting('server_version_num')::integer / 10000) END,
                  'Add to postgresql.conf and restart the server:',
                  format('shared_preload_libraries = %L', concat_ws(', ', preloaded, 'pg_cron')),
                  format('cron.database_name = %L', current_database()),
                  'Then, here, as a superuser: CREATE EXTENSION pg_cron;',
                  CASE WHEN NOT sees_settings
                       THEN 'Or, if it works in another database, there, as a superuser: ' || wanted END);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.require_scheduler(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.require_scheduler(text) IS 'part of schedule()';
