-- A procedure that commits may not pin its search_path, so it does so in each transaction.
CREATE PROCEDURE @extschema@.activity_of_instance(
        of_instance text, processes text[], days date[], first_day date, backfill boolean,
        every_course boolean, batch integer, INOUT problems jsonb)
    LANGUAGE plpgsql
    AS $$
DECLARE
    reads text[];
    what text;
    day date;
    day_nr integer := 0;
    portion record;
    broken boolean := false;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    portion := @extschema@.try_begin_activity(of_instance, processes, days, first_day, backfill,
                                              every_course, batch);
    COMMIT;
    IF portion.problem IS NOT NULL THEN
        problems := problems OPERATOR(pg_catalog.||) portion.problem;
        RETURN;
    END IF;
    -- user_activity needs nothing of the site that the two before it did not read.
    reads := CASE WHEN processes OPERATOR(pg_catalog.=) '{user_activity}' THEN '{}'
                  ELSE '{events,tend,modules,roles,usage}' END;
    FOREACH what IN ARRAY reads LOOP
        LOOP
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            portion := @extschema@.activity_portion(of_instance, what, NULL);
            COMMIT;
            EXIT WHEN NOT portion.more;
        END LOOP;
        IF portion.problem IS NOT NULL THEN
            problems := problems OPERATOR(pg_catalog.||) portion.problem;
            broken := true;
            EXIT;
        END IF;
    END LOOP;
    IF NOT broken THEN
        FOREACH day IN ARRAY days LOOP
            day_nr := day_nr OPERATOR(pg_catalog.+) 1;
            FOREACH what IN ARRAY processes LOOP
                PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
                portion := @extschema@.activity_portion(of_instance, 'open ' || what, day);
                COMMIT;
                WHILE portion.problem IS NULL LOOP
                    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
                    portion := @extschema@.activity_portion(of_instance, what, day);
                    COMMIT;
                    EXIT WHEN NOT portion.more;
                END LOOP;
                IF portion.problem IS NOT NULL THEN
                    problems := problems OPERATOR(pg_catalog.||) portion.problem;
                END IF;
            END LOOP;
            IF pg_catalog.cardinality(days) OPERATOR(pg_catalog.>) 1 THEN
                RAISE NOTICE '%: day % of % is done: %', of_instance, day_nr, pg_catalog.cardinality(days), day;
            END IF;
        END LOOP;
    END IF;
    PERFORM @extschema@.let_go_of_lock(@extschema@.lock_class('activity'), pg_catalog.hashtext(of_instance));
    COMMIT;
    -- What learners did follows the counts, of what has been read for them.
    IF processes OPERATOR(pg_catalog.=) '{activity_counts,user_counts,user_activity}'
       AND NOT problems OPERATOR(pg_catalog.@>) pg_catalog.jsonb_build_array(
           pg_catalog.jsonb_build_object('instance', of_instance)) THEN
        CALL @extschema@.analytics_of_instance(of_instance, NULL, false, batch, problems);
    END IF;
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.activity_of_instance(text, text[], date[], date, boolean, boolean, integer, jsonb) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.activity_of_instance(text, text[], date[], date, boolean, boolean, integer, jsonb) IS
    'part of run_activity(): the processes of some days of one instance';
