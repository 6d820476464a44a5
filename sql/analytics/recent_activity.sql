-- Of the window: the running week and those before it. What has changed is told of whole weeks alone,
-- or everybody would be less active each Monday.
CREATE FUNCTION @extschema@.recent_activity(of_instance text, courses bigint[], today date)
    RETURNS TABLE (course_id bigint, user_id bigint, active_days bigint, views bigint, submissions bigint,
                   posts bigint, minutes numeric, engagement_pct numeric, events_before bigint, events_after bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    AS $$
    WITH span AS (
        SELECT course_id, date_trunc('week', today)::date AS running,
               coalesce((rules #>> '{window_weeks,value}')::integer, 4) AS weeks
        FROM @extschema@.course_thresholds(of_instance, courses)
    ), recent AS (
        SELECT learner.moodle_course_id AS course_id, learner.moodle_user_id AS user_id, span.weeks, span.running,
               week.*
        FROM moodle_stg.learners learner
        JOIN span ON span.course_id = learner.moodle_course_id
        LEFT JOIN moodle_mart.learner_weeks week
            ON week.instance = of_instance AND week.moodle_course_id = learner.moodle_course_id
           AND week.moodle_user_id = learner.moodle_user_id AND week.week_start >= span.running - 7 * span.weeks
        WHERE learner.instance = of_instance AND learner.moodle_course_id = ANY (courses)
          AND learner.enrolment_status = 0
    ), summed AS (
        SELECT course_id, user_id,
               coalesce(sum(active_days) FILTER (WHERE week_start > running - 7 * weeks), 0) AS active_days,
               coalesce(sum(views) FILTER (WHERE week_start > running - 7 * weeks), 0) AS views,
               coalesce(sum(submissions) FILTER (WHERE week_start > running - 7 * weeks), 0) AS submissions,
               coalesce(sum(posts) FILTER (WHERE week_start > running - 7 * weeks), 0) AS posts,
               coalesce(sum(dedication_minutes) FILTER (WHERE week_start > running - 7 * weeks), 0) AS minutes,
               coalesce(sum(events) FILTER (WHERE week_start < running - 7 * (weeks / 2)), 0) AS events_before,
               coalesce(sum(events) FILTER (WHERE week_start >= running - 7 * (weeks / 2) AND week_start < running), 0) AS events_after
        FROM recent GROUP BY course_id, user_id)
    SELECT course_id, user_id, active_days, views, submissions, posts, minutes,
           @extschema@.mean_rank(
               ARRAY[percent_rank() OVER (PARTITION BY course_id ORDER BY active_days),
                     percent_rank() OVER (PARTITION BY course_id ORDER BY views),
                     percent_rank() OVER (PARTITION BY course_id ORDER BY submissions),
                     percent_rank() OVER (PARTITION BY course_id ORDER BY posts),
                     percent_rank() OVER (PARTITION BY course_id ORDER BY minutes)],
               ARRAY[max(active_days) OVER course, max(views) OVER course, max(submissions) OVER course,
                     max(posts) OVER course, max(minutes) OVER course]),
           events_before, events_after
    FROM summed
    WINDOW course AS (PARTITION BY course_id)
    $$;

COMMENT ON FUNCTION @extschema@.recent_activity(text, bigint[], date) IS
    'part of build_learner_states(): what each learner of some courses did lately';
