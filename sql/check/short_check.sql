-- What add_instance() tells: the site as a whole, and one course. Never an error.
CREATE FUNCTION @extschema@.short_check(instance text, OUT said text, OUT remedy text)
    RETURNS SETOF record
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    at_most_ms CONSTANT integer := 10000;
    facts jsonb;
    missing text;
BEGIN
    -- Nobody would read it.
    IF current_setting('client_min_messages') NOT LIKE 'debug%'
       AND current_setting('client_min_messages') NOT IN ('log', 'notice') THEN
        RETURN;
    END IF;
    facts := @extschema@.site_facts(instance, 1, true, at_most_ms);
    IF facts #>> '{site,cause}' IS NULL THEN
        RETURN QUERY SELECT format('%s: Moodle %s as %s, %s courses listed, %s functions allowed', instance,
            coalesce(facts #>> '{info,release}', 'of an unknown version'), facts #>> '{info,username}',
            jsonb_array_length(facts #> '{courses,records}'), jsonb_array_length(facts -> 'offered')),
            format('SELECT * FROM moodle_fdw.check_instance(%L) looks closer.', instance);
        SELECT string_agg(needed.function, ', ') INTO missing
        FROM @extschema@.needed_functions() needed
        WHERE NOT (needed.spare OR facts -> 'offered' ?| ARRAY[needed.function, needed.instead]);
    END IF;
    RETURN QUERY
    SELECT format('%s: the token''s service lacks %s', instance, missing),
           'Site administration > Server > Web services > External services > Functions > Add functions.'
    WHERE missing IS NOT NULL
    UNION ALL
    SELECT format('%s: %s: %s', instance, found.need, found.problem), coalesce(found.remedy, needs.remedy)
    FROM (SELECT * FROM @extschema@.judge_site(facts)
          UNION ALL SELECT * FROM @extschema@.judge_courses(facts) WHERE facts ? 'people'
          UNION ALL SELECT * FROM @extschema@.judge_people(facts) WHERE facts ? 'people') found
    LEFT JOIN @extschema@.needs() needs ON needs.need = found.need
    WHERE found.problem IS NOT NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT format('%s could not be checked: %s', instance, sqlerrm), NULL::text;
END
$$;

COMMENT ON FUNCTION @extschema@.short_check(text) IS 'part of add_instance(): the shortened check_instance()';
