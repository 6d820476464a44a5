CREATE FUNCTION @extschema@.judge_courses(facts jsonb) RETURNS SETOF @extschema@.finding
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH seen AS (
        SELECT facts #> '{courses,categories}' AS categories,
               (facts #>> '{courses,categories,listed}')::bigint AS listed_categories,
               (facts #>> '{courses,categories,places}')::bigint AS places,
               (facts #>> '{courses,expected}')::bigint AS expected,
               count(*) AS listed, count(*) FILTER (WHERE (record ->> 'counted')::boolean) AS counted,
               greatest((facts #>> '{courses,total}')::bigint, count(*)) AS total, count(*) FILTER (WHERE record ->> 'visible' = '0') AS hidden,
               count(*) FILTER (WHERE NOT (record ->> 'settings')::boolean) AS bare,
               count(*) FILTER (WHERE NOT (record ->> 'settings')::boolean AND record ->> 'visible' IS NOT NULL) AS bare_entered
        FROM (VALUES (1)) once LEFT JOIN jsonb_path_query(facts, '$.courses.records[*]') record ON true
        WHERE facts #>> '{courses,cause}' IS NULL AND facts -> 'courses' IS NOT NULL),
    entered AS (
        SELECT count(*) AS tried,
               count(*) FILTER (WHERE course ->> 'cause' = 'course_inaccessible') AS closed,
               count(*) FILTER (WHERE course ->> 'cause' = 'course_inaccessible' AND course ->> 'visible' IS DISTINCT FROM '0') AS closed_open,
               count(*) FILTER (WHERE course ->> 'cause' = 'missing_capability') AS unlisted,
               count(*) FILTER (WHERE course ->> 'cause' IS NULL) AS opened
        FROM jsonb_path_query(facts, '$.sample[*]') course),
    right_to AS (
        SELECT facts #> '{rights,category:manage}' AS manage,
               facts #> '{rights,category:viewhiddencategories}' AS see_hidden)
    SELECT 'moodle/course:view', closed_open = 0, closed_open = 0, NULL::numeric,
           CASE WHEN closed_open > 0 THEN
                format('%s of %s sampled courses cannot be entered: in all, what is in about %s of %s courses is lost', closed_open, tried,
                       round(closed_open::numeric / tried * total), total) END, NULL::text
    FROM entered, seen WHERE tried > 0
    UNION ALL
    SELECT 'moodle/course:viewhiddencourses',
           CASE WHEN counted < expected OR closed_hidden THEN false WHEN hidden > 0 THEN true END,
           CASE WHEN expected IS NOT NULL THEN counted >= expected END, NULL,
           CASE WHEN counted < expected THEN
                    format('%s of %s courses are not listed; nor is anything in them', expected - counted, expected)
                WHEN closed_hidden THEN
                    format('%s hidden courses of the sample are listed, but cannot be entered', closed - closed_open) END, NULL
    -- Who cannot enter the open ones may lack no more than that.
    FROM seen, entered, LATERAL (SELECT closed > 0 AND closed_open = 0 AS closed_hidden) blamed
    UNION ALL
    SELECT 'moodle/category:viewhiddencategories',
           CASE WHEN see_hidden ->> 'errorcode' = 'criteriaerror' OR places > listed_categories THEN false
                WHEN see_hidden ->> 'cause' IS NULL AND see_hidden IS NOT NULL THEN true END,
           places <= listed_categories, NULL,
           CASE WHEN places > listed_categories THEN
                    format('%s of at least %s categories are not seen; nor are the courses in them', places - listed_categories, places)
                WHEN see_hidden ->> 'errorcode' = 'criteriaerror' THEN
                    'not allowed: if hidden categories stand behind the last one seen, they stay out' END, NULL
    FROM seen, right_to WHERE categories ->> 'cause' IS NULL
    UNION ALL
    SELECT 'moodle/category:manage',
           CASE WHEN manage ->> 'errorcode' = 'criteriaerror' THEN false
                WHEN listed_categories > 0 THEN categories ->> 'without_settings' = '0' END,
           CASE WHEN listed_categories > 0 THEN categories ->> 'without_settings' = '0' END, NULL,
           CASE WHEN categories ->> 'without_settings' <> '0' THEN
                    format('idnumber, visible and timemodified of %s of %s categories are missing',
                           categories ->> 'without_settings', listed_categories)
                WHEN manage ->> 'errorcode' = 'criteriaerror' THEN 'not allowed: categories'' idnumber, visible and timemodified are missing' END, NULL
    FROM seen, right_to WHERE categories ->> 'cause' IS NULL
    UNION ALL
    SELECT 'moodle/course:update', CASE WHEN listed > 0 THEN missing = 0 END, CASE WHEN listed > 0 THEN missing = 0 END, NULL,
           CASE WHEN missing > 0 THEN format('idnumber, timecreated and further settings of %s of %s courses are missing', missing, listed) END, NULL
    -- Of a course that cannot be entered, Moodle tells neither its settings nor whether it is visible.
    FROM seen, entered, LATERAL (SELECT CASE WHEN closed_open > 0 THEN bare_entered ELSE bare END AS missing) settings
    UNION ALL
    SELECT 'moodle/course:viewparticipants', CASE WHEN unlisted + opened > 0 THEN unlisted = 0 END,
           CASE WHEN unlisted + opened > 0 THEN unlisted = 0 END, NULL,
           CASE WHEN unlisted > 0 THEN format('the participants of %s of %s sampled courses are refused', unlisted, tried) END, NULL
    FROM entered
$$;

COMMENT ON FUNCTION @extschema@.judge_courses(jsonb) IS 'part of check_instance(): categories, courses, and who may enter them';
