-- Judged as of today, so anew in each run; written where it is not as it was.
CREATE FUNCTION @extschema@.build_learner_states(of_instance text, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET jit = off
    AS $$
DECLARE
    today CONSTANT date := (now() AT TIME ZONE @extschema@.site_time_zone(of_instance))::date;
    written bigint;
BEGIN
    WITH judged AS MATERIALIZED (
        SELECT fact.*, verdict.segment, verdict.points, verdict.reasons
        FROM @extschema@.learner_facts(of_instance, courses) fact
        JOIN @extschema@.course_thresholds(of_instance, courses) course USING (course_id)
        CROSS JOIN LATERAL @extschema@.judge_learner(
            course.rules, days_since, last_visit_at IS NOT NULL, days_member, missed, due, pct,
            engagement_pct, change_pct, events_before, completed) verdict
    ), gone AS (
        DELETE FROM moodle_mart.learner_states state
        WHERE state.instance = of_instance AND state.moodle_course_id = ANY (courses)
          AND NOT EXISTS (SELECT FROM judged WHERE judged.course_id = state.moodle_course_id
                          AND judged.user_id = state.moodle_user_id)
        RETURNING 1
    ), written AS (
        INSERT INTO moodle_mart.learner_states AS state (instance, moodle_course_id, moodle_user_id, segment,
            points, reasons, segment_since, previous_segment, last_visit_at, active_days, views, submissions,
            posts, dedication_minutes, engagement_pct, engagement_change_pct, deadlines_due,
            deadlines_missed, avg_performance_pct, completed, ts_generated)
        SELECT of_instance, course_id, user_id, judged.segment, judged.points, judged.reasons,
               CASE WHEN judged.segment = was.segment THEN was.segment_since ELSE today END,
               CASE WHEN judged.segment = was.segment THEN was.previous_segment ELSE was.segment END,
               judged.last_visit_at, judged.active_days, judged.views, judged.submissions, judged.posts,
               judged.minutes, judged.engagement_pct, judged.change_pct, judged.due, judged.missed,
               judged.pct, judged.completed, now()
        FROM judged
        LEFT JOIN moodle_mart.learner_states was
            ON was.instance = of_instance AND was.moodle_course_id = judged.course_id
           AND was.moodle_user_id = judged.user_id AND was.moodle_course_id = ANY (courses)
        WHERE (judged.segment, judged.points, judged.reasons, judged.last_visit_at, judged.active_days,
               judged.views, judged.submissions, judged.posts, judged.minutes, judged.engagement_pct,
               judged.change_pct, judged.due, judged.missed, judged.pct, judged.completed)
              IS DISTINCT FROM
              (was.segment, was.points, was.reasons, was.last_visit_at, was.active_days, was.views,
               was.submissions, was.posts, was.dedication_minutes, was.engagement_pct,
               was.engagement_change_pct, was.deadlines_due, was.deadlines_missed, was.avg_performance_pct,
               was.completed)
        ON CONFLICT (instance, moodle_course_id, moodle_user_id) DO UPDATE SET
            segment = excluded.segment, points = excluded.points, reasons = excluded.reasons,
            segment_since = excluded.segment_since, previous_segment = excluded.previous_segment,
            last_visit_at = excluded.last_visit_at, active_days = excluded.active_days,
            views = excluded.views, submissions = excluded.submissions, posts = excluded.posts,
            dedication_minutes = excluded.dedication_minutes, engagement_pct = excluded.engagement_pct,
            engagement_change_pct = excluded.engagement_change_pct, deadlines_due = excluded.deadlines_due,
            deadlines_missed = excluded.deadlines_missed, completed = excluded.completed,
            avg_performance_pct = excluded.avg_performance_pct, ts_generated = excluded.ts_generated
        RETURNING 1)
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written) INTO written;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_learner_states(text, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_learner_states(text, bigint[]) IS
    'brings moodle_mart.learner_states up to today for some courses; the rows written';
