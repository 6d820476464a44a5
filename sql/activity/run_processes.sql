-- What run_activity() and the like have in common. Without days: yesterday, in each site's time zone.
CREATE PROCEDURE @extschema@.run_processes(
        processes text[], days date[], instances text[], first_day date, backfill boolean,
        every_course boolean, batch integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    chosen text[];
    one text;
    of_site date[];
    problems jsonb := '[]';
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    PERFORM @extschema@.require_commit('run_activity()', 'batch');
    chosen := @extschema@.chosen_databases(instances);
    COMMIT;
    FOREACH one IN ARRAY chosen LOOP
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        of_site := coalesce(days, ARRAY[@extschema@.site_today(one) - 1]);
        CALL @extschema@.activity_of_instance(one, processes, of_site, first_day, backfill,
                                              every_course, batch, problems);
    END LOOP;
    PERFORM @extschema@.raise_problems(problems);
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.run_processes(text[], date[], text[], date, boolean, boolean, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.run_processes(text[], date[], text[], date, boolean, boolean, integer) IS 'part of run_activity()';
