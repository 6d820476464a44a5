CREATE FUNCTION @extschema@.check_instance(instance text, sample integer DEFAULT 5)
    RETURNS TABLE (function text, needed_by text[], allowed boolean, works boolean, latency_ms numeric,
                   problem text, remedy text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- For each call: a site that needs longer for so little is a finding of its own.
    at_most_ms CONSTANT integer := 60000;
    facts jsonb;
BEGIN
    IF sample NOT BETWEEN 1 AND 100 THEN
        RAISE EXCEPTION 'sample is how many courses are looked into: 1 to 100, not %', sample
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    facts := @extschema@.site_facts(instance, sample, false, at_most_ms);
    IF facts #>> '{site,cause}' IS NOT NULL THEN
        RETURN QUERY
        SELECT need, (SELECT array_agg(entity ORDER BY ordinal) FROM @extschema@.entity_list()), found.allowed,
               found.works, found.latency_ms, found.problem, found.remedy
        FROM @extschema@.judge_site(facts) found;
        RETURN;
    END IF;
    RETURN QUERY
    WITH found AS (
        SELECT * FROM @extschema@.judge_site(facts)
        UNION ALL SELECT * FROM @extschema@.judge_functions(facts)
        UNION ALL SELECT * FROM @extschema@.judge_courses(facts)
        UNION ALL SELECT * FROM @extschema@.judge_people(facts)
        UNION ALL SELECT * FROM @extschema@.judge_grades(facts)
        UNION ALL SELECT * FROM @extschema@.judge_rights(facts)),
    -- What nothing could be found of is a row too.
    told AS (
        SELECT coalesce(found.need, needs.need) AS need, needs.ordinal, found.allowed, found.works, found.latency_ms,
               found.problem,
               coalesce(found.remedy, CASE WHEN found.problem IS NOT NULL OR needs.need LIKE 'token:%' THEN needs.remedy END) AS remedy,
               CASE WHEN needs.needed_by = '{*}' THEN (SELECT array_agg(entity ORDER BY ordinal) FROM @extschema@.entity_list())
                    ELSE (SELECT array_agg(entity ORDER BY ordinal) FROM @extschema@.entity_list()
                          WHERE entity = ANY (needs.needed_by)) END AS tables
        FROM found FULL JOIN @extschema@.needs() needs ON needs.need = found.need
        WHERE found.need IS NOT NULL
           OR needs.title IS NOT NULL AND needs.needed_by && (SELECT array_agg(entity) FROM @extschema@.entity_list()))
    SELECT told.need, coalesce(told.tables, needed.needed_by, '{}'), told.allowed, told.works, told.latency_ms,
           told.problem, told.remedy
    FROM told LEFT JOIN LATERAL (SELECT ord.needed_by, ord.place FROM (
            SELECT list.function, list.needed_by, row_number() OVER () AS place
            FROM @extschema@.needed_functions() list) ord WHERE ord.function = told.need) needed ON true
    -- The site, its functions, rights.
    ORDER BY CASE WHEN told.ordinal IS NULL THEN 2 WHEN told.need ~ '^(site|token):' THEN 1 ELSE 3 END,
             told.ordinal, needed.place;
END
$$;

COMMENT ON FUNCTION @extschema@.check_instance(text, integer) IS
    'what the tables of an instance need, and whether its token has it: a row each function, capability and condition of the site; problem says what is lost, remedy where Moodle sets it';
