-- A job is told by its command: names are the user's to choose.
CREATE FUNCTION @extschema@.schedule(
        cron text, instance text DEFAULT NULL, name text DEFAULT NULL)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    command text := 'CALL moodle_fdw.refresh()';
    job_name text := coalesce(name, 'moodle_fdw refresh');
    job_id bigint;
BEGIN
    IF instance IS NOT NULL THEN
        IF NOT @extschema@.has_services(instance) AND NOT @extschema@.has_database(instance) THEN
            RAISE EXCEPTION 'there is no moodle instance "%"', instance
                USING ERRCODE = 'undefined_object',
                      HINT = 'SELECT name FROM moodle_fdw.instances lists them.';
        END IF;
        command := format('CALL moodle_fdw.refresh(instances => ARRAY[%L])', instance);
        job_name := coalesce(name, 'moodle_fdw refresh of ' || instance);
        -- pg_cron's names are as long as PostgreSQL's, and two jobs must not share one.
        IF name IS NULL AND octet_length(job_name) > 63 THEN
            job_name := 'moodle_fdw refresh of ' || md5(instance);
        END IF;
    END IF;
    IF cron IS NULL OR name = '' OR octet_length(name) > 63 THEN
        RAISE EXCEPTION 'schedule() needs a time, and a name of 1 to 63 bytes if one is given'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'SELECT moodle_fdw.schedule(''0 2 * * *'') refreshes everything at two each night, GMT.';
    END IF;
    -- Of no use to pg_cron's own error, which would come at night and into its log.
    IF NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'role "%" cannot log in, so pg_cron could not run anything as it', current_user
            USING ERRCODE = 'invalid_role_specification',
                  HINT = 'Schedule as a role with LOGIN that is a member of it.';
    END IF;
    PERFORM @extschema@.require_scheduler(format(
        'SELECT cron.schedule_in_database(%L, %L, %L, %L, %L);',
        left(job_name || ' in ' || current_database(), 63), cron, command, current_database(), current_user));
    BEGIN
        -- pg_cron reads five fields and ignores what follows: of six with seconds, the wrong five.
        IF cron !~ '^\s*(@[a-z]+|\S+(\s+\S+){4}|\d+\s+seconds?)\s*$' THEN
            RAISE invalid_parameter_value;
        END IF;
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job_id USING job_name, cron, command;
    EXCEPTION WHEN invalid_parameter_value THEN
        RAISE EXCEPTION 'invalid schedule: "%"', left(cron, 200)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Five fields: minute, hour, day of month, month, day of week, in GMT; ''0 2 * * *'' is two o''clock each night, ''*/15 * * * *'' each quarter of an hour. There are no seconds.';
    END;
    RETURN job_id;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.schedule(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.schedule(text, text, text) IS
    'refreshes an instance, or all (NULL), by pg_cron at the times of a cron expression (GMT), as the current role; the same again changes the times; gives the number of the job';
