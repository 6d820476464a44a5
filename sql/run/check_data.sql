-- Checks what is stored of an instance; what fails stays as it is and is written down in
-- data_checks, up to 20 examples of each. Says how many checks found something to mend (notes are
-- not counted). Against the landing table it compares what the run landed, and where that is nothing
-- it has nothing to do; with NULL for the run it looks at everything. Without nested loops: of an
-- instance that is new since the last ANALYZE the planner expects one row in every table.
CREATE FUNCTION @extschema@.check_data(instance text, run_id bigint DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET enable_nestloop = off
    AS $$
#variable_conflict use_column
DECLARE
    one record;
    after_id bigint := 0;
    up_to_id bigint;
    failed bigint;
    examples jsonb;
    found_wrong bigint := 0;
BEGIN
    SELECT coalesce(max(id), 0) INTO up_to_id
    FROM moodle_raw.landing WHERE instance = check_data.instance;
    IF check_data.run_id IS NOT NULL THEN
        SELECT coalesce(max(id), 0) INTO after_id
        FROM moodle_raw.landing
        WHERE instance = check_data.instance AND run_id < check_data.run_id;
        -- Nothing new: what was found then still holds.
        IF after_id = up_to_id AND EXISTS (SELECT FROM @extschema@.data_checks
                                           WHERE instance = check_data.instance) THEN
            RETURN (SELECT count(*) FROM @extschema@.data_problems
                    WHERE instance = check_data.instance AND severity <> 'note');
        END IF;
        -- A run that is resumed is checked again.
        DELETE FROM @extschema@.data_checks
        WHERE instance = check_data.instance AND run_id = check_data.run_id;
    END IF;
    FOR one IN
        SELECT * FROM @extschema@.landed_checks()
        UNION ALL
        SELECT * FROM @extschema@.data_check_list()
    LOOP
        EXECUTE format(
            'SELECT coalesce(sum(coalesce((example ->> ''rows'')::bigint, 1)), 0),
                    coalesce(jsonb_agg(example) FILTER (WHERE place <= 20), ''[]'')
             FROM (SELECT example, row_number() OVER () AS place
                   FROM (%s) failing (example)) numbered',
            one.query)
            INTO failed, examples USING check_data.instance, after_id, up_to_id;
        INSERT INTO @extschema@.data_checks (run_id, instance, check_name, table_name, severity,
                                             failed_rows, examples)
        VALUES (check_data.run_id, check_data.instance, one.check_name, one.table_name,
                one.severity, failed, examples);
        IF failed > 0 AND one.severity <> 'note' THEN
            found_wrong := found_wrong + 1;
        END IF;
    END LOOP;
    RETURN found_wrong;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.check_data(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.check_data(text, bigint) IS
    'checks the staging tables of an instance; results in data_checks, what is wrong in data_problems';
