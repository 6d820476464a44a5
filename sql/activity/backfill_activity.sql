-- Days that are completed stay as they are, unless `again`.
CREATE PROCEDURE @extschema@.backfill_activity(
        from_date date, to_date date, instances text[] DEFAULT NULL, all_courses boolean DEFAULT false,
        batch integer DEFAULT NULL, again boolean DEFAULT false)
    LANGUAGE plpgsql
    AS $$
DECLARE
    one text;
    chosen text[];
    days date[];
    problems jsonb := '[]';
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    PERFORM @extschema@.require_commit('backfill_activity()', 'batch');
    IF from_date IS NULL OR to_date IS NULL OR from_date > to_date THEN
        RAISE EXCEPTION 'a backfill goes from one day to the same or a later one, not from % to %',
                coalesce(from_date::text, 'NULL'), coalesce(to_date::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    chosen := @extschema@.chosen_databases(instances);
    COMMIT;
    FOREACH one IN ARRAY chosen LOOP
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        days := @extschema@.days_ahead(one, from_date, to_date, all_courses, again);
        IF cardinality(days) = 0 THEN
            RAISE NOTICE '%: every day from % to % is completed', one, from_date, to_date;
            CONTINUE;
        END IF;
        CALL @extschema@.activity_of_instance(one, '{activity_counts,user_counts,user_activity}', days, NULL,
                                              true, all_courses, batch, problems);
    END LOOP;
    PERFORM @extschema@.raise_problems(problems);
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.backfill_activity(date, date, text[], boolean, integer, boolean) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.backfill_activity(date, date, text[], boolean, integer, boolean) IS
    'counts each day of a range that is not completed yet (or each, with again), oldest first';
