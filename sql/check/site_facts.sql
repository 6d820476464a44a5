CREATE FUNCTION @extschema@.site_facts(instance text, sample integer, brief boolean, at_most_ms integer)
    RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    speak_every CONSTANT interval := '3 s';
    speak_next timestamptz := clock_timestamp() + speak_every;
    facts jsonb := @extschema@.look_at_site(instance, at_most_ms);
    course jsonb;
    looked jsonb := '[]';
    with_people integer := 0;
BEGIN
    IF facts #>> '{site,cause}' IS NOT NULL THEN
        RETURN facts;
    END IF;
    facts := facts || jsonb_build_object('courses', @extschema@.look_at_courses(facts, sample));
    -- Courses that nobody takes part in tell little: others are looked at beside them.
    FOR course IN SELECT * FROM @extschema@.sampled_courses(facts, 2 * sample) LOOP
        EXIT WHEN with_people >= sample;
        IF NOT brief AND clock_timestamp() > speak_next THEN
            RAISE NOTICE '%: % of % courses looked at', instance, with_people, sample;
            speak_next := clock_timestamp() + speak_every;
        END IF;
        course := @extschema@.look_into_course(facts, course);
        IF jsonb_array_length(course -> 'people') > 0 OR course ->> 'cause' IS NOT NULL THEN
            with_people := with_people + 1;
            IF NOT brief AND course ->> 'cause' IS NULL THEN
                course := course || jsonb_build_object('grades', @extschema@.look_at_grades(facts, course));
            END IF;
        END IF;
        looked := looked || course;
    END LOOP;
    facts := facts || jsonb_build_object('sample', looked);
    -- One answer counts the participants of all courses of a person.
    facts := facts || jsonb_build_object('counts', (
        SELECT coalesce(jsonb_object_agg(told.key, told.value), '{}')
        FROM jsonb_array_elements(looked) one, jsonb_each(one -> 'counts') told));
    facts := facts || jsonb_build_object('people', @extschema@.look_at_people(facts));
    IF brief THEN
        RETURN facts;
    END IF;
    IF clock_timestamp() > speak_next THEN
        RAISE NOTICE '%: courses are done, functions and rights follow', instance;
    END IF;
    facts := facts || jsonb_build_object('rights', @extschema@.look_at_rights(facts));
    RETURN facts || jsonb_build_object('functions', @extschema@.look_at_functions(facts));
END
$$;

COMMENT ON FUNCTION @extschema@.site_facts(text, integer, boolean, integer) IS
    'part of check_instance(): all that is asked of the site, before anything is judged';
