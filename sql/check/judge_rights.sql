CREATE FUNCTION @extschema@.judge_rights(facts jsonb) RETURNS SETOF @extschema@.finding
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT named.need, held, held, (told ->> 'latency_ms')::numeric(12, 1),
           CASE WHEN NOT held THEN named.said END,
           CASE WHEN named.need = 'moodle/reportbuilder:view' AND held IS NULL THEN
                'No custom reports are listed: there are none, or none that the token''s user may see.' END
    FROM (VALUES ('report/completion:view', 'completion:view', '{cannotviewreport,nopermissions}'::text[],
                  'completion is on, but its report is refused: every status is lost'),
                 ('moodle/course:managegroups', 'course:managegroups', '{nopermissions}', 'groups of courses are refused'),
                 ('moodle/cohort:view', 'cohort:view', '{nopermissions}', 'cohorts are refused'),
                 ('report/progress:view', 'core_completion_get_activities_completion_status', '{nopermissions}',
                  'the completion of activities is refused'),
                 ('mod/quiz:viewreports', 'mod_quiz_get_user_attempts', '{nopermissions}', 'attempts of others are refused'),
                 ('mod/quiz:viewreports', 'mod_quiz_get_user_quiz_attempts', '{nopermissions}', 'attempts of others are refused'),
                 ('moodle/reportbuilder:view', 'core_reportbuilder_list_reports', '{errorreportview,nopermissions}', 'custom reports are refused'),
                 ('mod/assign:grade', 'mod_assign_get_submissions', '{}', 'submissions are refused with a warning alone'))
         named(need, key, refusals, said)
    CROSS JOIN LATERAL (SELECT coalesce(facts -> 'rights' -> named.key, facts -> 'functions' -> named.key) AS told) asked
    CROSS JOIN LATERAL (SELECT CASE WHEN told ->> 'errorcode' = ANY (named.refusals) OR told ->> 'refused' > '0' THEN false
                                    WHEN named.need = 'moodle/reportbuilder:view' AND NOT (told ->> 'gave')::boolean THEN NULL
                                    WHEN told ->> 'cause' IS NULL
                                         OR told ->> 'errorcode' IN ('nocriteriaset', 'usernotenroled') THEN true END AS held) judged
    WHERE told IS NOT NULL AND coalesce(told ->> 'cause', '') NOT IN ('not_offered', 'untried', 'function_unknown', 'access_denied')
$$;

COMMENT ON FUNCTION @extschema@.judge_rights(jsonb) IS 'part of check_instance(): rights whose lack Moodle tells';
