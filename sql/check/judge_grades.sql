CREATE FUNCTION @extschema@.judge_grades(facts jsonb) RETURNS SETOF @extschema@.finding
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH report AS (
        SELECT one, one ->> 'errorcode' AS errorcode, one ->> 'cause' AS cause
        FROM jsonb_path_query(facts, '$.sample[*].grades') one),
    -- Who may not see the report at all is refused by another rule than who may see only one's own.
    refused AS (
        SELECT count(*) AS tried,
               count(*) FILTER (WHERE errorcode = 'nopermissions' AND one ->> 'detail' LIKE '%(View grades of other users)%'
                                   OR errorcode IN ('nopermissiontoviewgrades', 'notingroup')) AS others,
               count(*) FILTER (WHERE errorcode = 'nopermissions') AS any_cause,
               count(*) FILTER (WHERE cause IS NULL) AS shown
        FROM report),
    told AS (
        SELECT count(*) AS courses, sum((one ->> 'items')::bigint) AS items,
               sum(jsonb_array_length(one -> 'lost')) AS lost,
               bool_or((one ->> 'hidden_shown')::boolean) AS hidden_shown,
               bool_or((one ->> 'hidden_modules')::boolean) AS activities_shown,
               bool_or(one -> 'modules' ? 'assign') OR (facts #>> '{rights,assignments,seen}')::boolean AS assign_seen,
               bool_or(one -> 'modules' ? 'quiz') OR (facts #>> '{rights,quizzes,seen}')::boolean AS quiz_seen,
               coalesce((facts #>> '{rights,assignments,refused}')::bigint, 0) AS assign_refused
        FROM report
        WHERE cause IS NULL AND one ->> 'items_cause' IS NULL AND (one ->> 'people')::bigint > 0),
    suspects AS (
        SELECT *, lost > 0 AND (NOT assign_seen OR assign_refused > 0 AND activities_shown) AS assign, lost > 0 AND NOT quiz_seen AS quiz,
               lost > 0 AND NOT hidden_shown AS hidden,
               lost > 0 AND activities_shown IS NOT true AND (assign_refused = 0 OR assign_seen) AS activities,
               format('%s of %s grade items of %s sampled courses are not in the report: about %s in all', lost, items, courses,
                      round(lost * (facts #>> '{courses,total}')::numeric / nullif(courses, 0))) AS said
        FROM told)
    SELECT 'gradereport/user:view',
           CASE WHEN any_cause > others THEN false WHEN shown + others > 0 THEN true END,
           CASE WHEN any_cause > others THEN false WHEN shown > 0 THEN true END, NULL::numeric,
           CASE WHEN any_cause > others THEN format('the grade report of %s of %s sampled courses is refused', any_cause, tried) END, NULL::text
    FROM refused WHERE tried > 0
    UNION ALL
    SELECT 'moodle/grade:viewall', CASE WHEN others > 0 THEN false WHEN shown > 0 THEN true END,
           CASE WHEN others > 0 THEN false WHEN shown > 0 THEN true END, NULL,
           CASE WHEN others > 0 THEN format('the grades of others are refused in %s of %s sampled courses', others, tried) END, NULL
    FROM refused WHERE tried > 0
    UNION ALL
    SELECT suspect.need, CASE WHEN suspect.suspected THEN false WHEN suspect.had THEN true END,
           CASE WHEN suspect.suspected THEN false WHEN suspect.had THEN true END, NULL,
           CASE WHEN suspect.suspected AND suspect.need = 'mod/assign:view' AND assign_refused > 0
                    THEN format('%s assignments of the sampled courses are refused; ', assign_refused) ELSE '' END
           || CASE WHEN suspect.suspected THEN said || CASE WHEN (assign::int + quiz::int + hidden::int + activities::int) > 1 AND assign_refused = 0
                        THEN '; which of the rights to hidden items and to activities is missing cannot be told' ELSE '' END END, NULL
    FROM suspects, LATERAL (VALUES
        ('mod/assign:view', assign, assign_seen), ('mod/quiz:view', quiz, quiz_seen),
        ('moodle/grade:viewhidden', hidden AND NOT (assign_refused > 0 AND lost <= assign_refused), hidden_shown OR lost = 0),
        ('moodle/course:viewhiddenactivities', activities, activities_shown OR lost = 0),
        ('mod/*:view', lost > 0 AND NOT (assign OR quiz OR hidden OR activities), lost = 0)) suspect(need, suspected, had)
$$;

COMMENT ON FUNCTION @extschema@.judge_grades(jsonb) IS 'part of check_instance(): grade reports, and items that they leave out';
