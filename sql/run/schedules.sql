-- pg_cron may come after this extension, and go; so nothing here depends on its tables.
CREATE FUNCTION @extschema@.list_schedules(
        OUT job_id bigint, OUT name text, OUT instance text, OUT schedule text, OUT timezone text,
        OUT role_name text, OUT active boolean, OUT command text, OUT last_started_at timestamptz,
        OUT last_finished_at timestamptz, OUT last_status text, OUT last_message text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
       OR NOT has_schema_privilege('cron', 'USAGE') THEN
        RETURN;
    END IF;
    -- A quoted name: quotes in it doubled and, after an E, backslashes too.
    RETURN QUERY EXECUTE $query$
        SELECT job.jobid, job.jobname::text,
               replace(CASE WHEN quoted.parts[1] = 'E' THEN replace(quoted.parts[2], '\\', '\')
                            ELSE quoted.parts[2] END, '''''', ''''),
               job.schedule, coalesce((SELECT setting FROM pg_settings WHERE name = 'cron.timezone'), 'GMT'),
               job.username, job.active, job.command, last.start_time, last.end_time, last.status,
               last.return_message
        FROM cron.job
        LEFT JOIN LATERAL regexp_match(
            job.command, $re$^CALL moodle_fdw\.refresh\(instances => ARRAY\[(E)?'(.*)'\]\)\Z$re$)
            quoted(parts) ON true
        LEFT JOIN LATERAL (
            SELECT start_time, end_time, status, return_message FROM cron.job_run_details details
            WHERE details.jobid = job.jobid ORDER BY runid DESC LIMIT 1) last ON true
        WHERE job.database = current_database()
          AND (job.command = 'CALL moodle_fdw.refresh()' OR quoted.parts IS NOT NULL)
        ORDER BY job.jobid
    $query$;
END
$$;

COMMENT ON FUNCTION @extschema@.list_schedules() IS 'what the view schedules shows';

CREATE VIEW @extschema@.schedules AS SELECT * FROM @extschema@.list_schedules();

COMMENT ON VIEW @extschema@.schedules IS
    'the refreshes that schedule() has given to pg_cron: all of them to a superuser, else one''s own; nothing where pg_cron is not installed';
COMMENT ON COLUMN @extschema@.schedules.instance IS 'NULL = all instances';
COMMENT ON COLUMN @extschema@.schedules.schedule IS
    'cron expression: minute, hour, day of month, month, day of week';
COMMENT ON COLUMN @extschema@.schedules.timezone IS 'whose hours these are';
COMMENT ON COLUMN @extschema@.schedules.role_name IS 'who refreshes';
COMMENT ON COLUMN @extschema@.schedules.last_status IS
    'what pg_cron says of the last time: running, succeeded or failed; moodle_fdw.runs says more';
GRANT SELECT ON @extschema@.schedules TO PUBLIC;
