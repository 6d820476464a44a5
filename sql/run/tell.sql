CREATE FUNCTION @extschema@.tell(step @extschema@.run_steps) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF step.layer = 'raw' AND step.requests > 0 THEN
        RAISE NOTICE '%: % % read, % new, % changed, % deleted in % s, % calls%', step.instance,
            step.rows_read, step.name, step.rows_new, step.rows_changed, step.rows_deleted,
            round(step.seconds::numeric, 1), step.requests,
            CASE WHEN step.units_failed > 0 THEN format(', %s units passed over', step.units_failed)
                 ELSE '' END;
    ELSIF step.layer = 'check' THEN
        IF step.rows_changed > 0 THEN
            RAISE NOTICE '%: % data checks found something', step.instance, step.rows_changed
                USING HINT = 'SELECT * FROM moodle_fdw.data_checks WHERE failed_rows > 0 AND run_id = '
                             || step.run_id;
        END IF;
    ELSIF step.rows_changed > 0 THEN
        RAISE NOTICE '%: %.% % rows in % s', step.instance, step.layer, step.name,
            step.rows_changed, round(step.seconds::numeric, 1);
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.tell(@extschema@.run_steps) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.tell(@extschema@.run_steps) IS
    'part of refresh(): a line for who watches';
