CREATE FUNCTION @extschema@.judge_rights(facts jsonb) RETURNS SETOF @extschema@.finding
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT named.need, held, held, (told ->> 'latency_ms')::numeric(12, 1),
           CASE WHEN NOT held THEN named.said END, NULL::text
    FROM (VALUES ('report/completion:view', 'completion:view', '{cannotviewreport,nopermissions}'::text[],
                  'completion is on, but its report is refused: every status is lost'),
                 ('moodle/course:managegroups', 'course:managegroups', '{nopermissions}', 'groups of courses are refused'),
                 ('moodle/cohort:view', 'cohort:view', '{nopermissions}', 'cohorts are refused'))
         named(need, key, refusals, said)
    CROSS JOIN LATERAL (SELECT facts -> 'rights' -> named.key AS told) asked
    CROSS JOIN LATERAL (SELECT CASE WHEN told ->> 'errorcode' = ANY (named.refusals) THEN false
                                    WHEN told ->> 'cause' IS NULL
                                         OR told ->> 'errorcode' IN ('nocriteriaset', 'usernotenroled') THEN true END AS held) judged
    WHERE told IS NOT NULL AND told ->> 'cause' IS DISTINCT FROM 'not_offered'
$$;

COMMENT ON FUNCTION @extschema@.judge_rights(jsonb) IS 'part of check_instance(): rights whose lack Moodle tells';
