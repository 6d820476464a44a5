CREATE PROCEDURE @extschema@.run_analytics(
        instances text[] DEFAULT NULL, since date DEFAULT NULL, read_log boolean DEFAULT true,
        batch integer DEFAULT NULL)
    LANGUAGE plpgsql
    AS $$
DECLARE
    chosen text[];
    one text;
    problems jsonb := '[]';
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    PERFORM @extschema@.require_commit('run_analytics()', 'step');
    IF batch OPERATOR(pg_catalog.<) 1 THEN
        RAISE EXCEPTION 'a batch is of one course at least, not %', batch USING ERRCODE = 'invalid_parameter_value';
    END IF;
    chosen := @extschema@.chosen_databases(instances);
    COMMIT;
    FOREACH one IN ARRAY chosen LOOP
        CALL @extschema@.analytics_of_instance(one, since, read_log, batch, problems);
    END LOOP;
    PERFORM @extschema@.raise_problems(problems);
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.run_analytics(text[], date, boolean, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.run_analytics(text[], date, boolean, integer) IS
    'brings the learner analytics of the attached sites up to now: only weeks of courses with something new, or all from a day on (since); goes on where it broke off';
