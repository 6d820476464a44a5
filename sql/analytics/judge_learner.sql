-- The rules, topic by topic: of one topic at most one counts, the sterner one first.
CREATE FUNCTION @extschema@.judge_learner(
        rules jsonb, days_since integer, visited boolean, days_member integer, missed bigint, due bigint,
        pct numeric, engagement_pct numeric, change_pct numeric, events_before bigint, completed boolean,
        OUT segment text, OUT points integer, OUT reasons text[])
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    days CONSTANT text := days_since || CASE WHEN days_since = 1 THEN ' day' ELSE ' days' END;
    names CONSTANT text[] := ARRAY[
        CASE WHEN days_since >= @extschema@.threshold(rules, 'long_inactive_days') THEN 'long_inactive_days'
             WHEN days_since >= @extschema@.threshold(rules, 'inactive_days') THEN 'inactive_days' END,
        CASE WHEN missed >= @extschema@.threshold(rules, 'many_missed_deadlines') THEN 'many_missed_deadlines'
             WHEN missed >= @extschema@.threshold(rules, 'missed_deadlines') THEN 'missed_deadlines'
             WHEN missed = 0 AND due >= @extschema@.threshold(rules, 'all_on_time') THEN 'all_on_time' END,
        CASE WHEN pct < @extschema@.threshold(rules, 'low_performance_pct') THEN 'low_performance_pct'
             WHEN pct >= @extschema@.threshold(rules, 'high_performance_pct') THEN 'high_performance_pct' END,
        CASE WHEN engagement_pct < @extschema@.threshold(rules, 'low_engagement_pct') THEN 'low_engagement_pct'
             WHEN engagement_pct >= @extschema@.threshold(rules, 'high_engagement_pct') THEN 'high_engagement_pct' END,
        CASE WHEN change_pct <= -@extschema@.threshold(rules, 'falling_pct')
              AND events_before >= coalesce(@extschema@.threshold(rules, 'falling_min_events'), 0) THEN 'falling_pct' END];
    words CONSTANT text[] := ARRAY[
        CASE WHEN visited THEN 'no visit for ' ELSE 'never visited, in ' END || days,
        CASE WHEN missed > 0 THEN missed || ' of ' || due || ' deadlines missed' ELSE due || ' of ' || due || ' deadlines met' END,
        'mean grade ' || round(pct) || ' %',
        'more active than ' || round(engagement_pct) || ' % of the course',
        'activity fell by ' || round(-change_pct) || ' %'];
    each_points CONSTANT integer[] := ARRAY[
        rules #>> ARRAY[names[1], 'points'], rules #>> ARRAY[names[2], 'points'],
        rules #>> ARRAY[names[3], 'points'], rules #>> ARRAY[names[4], 'points'],
        rules #>> ARRAY[names[5], 'points']]::integer[];
    worst integer;
BEGIN
    SELECT coalesce(sum(each), 0), coalesce(min(each), 0),
           coalesce(array_agg(said ORDER BY abs(each) DESC, place), '{}')
    INTO points, worst, reasons
    FROM unnest(each_points, words) WITH ORDINALITY one(each, said, place)
    WHERE each IS NOT NULL;
    IF completed THEN
        segment := 'doing well';
        reasons := '{completed the course}';
    ELSIF days_member < @extschema@.threshold(rules, 'grace_days') THEN
        segment := 'ok';
        reasons := ARRAY['learner for ' || days_member || CASE WHEN days_member = 1 THEN ' day only' ELSE ' days only' END];
    ELSE
        segment := CASE
            WHEN points <= @extschema@.threshold(rules, 'struggling_points') THEN 'struggling'
            WHEN points >= @extschema@.threshold(rules, 'doing_well_points') AND worst >= 0 THEN 'doing well'
            ELSE 'ok' END;
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@.judge_learner(jsonb, integer, boolean, integer, bigint, bigint, numeric, numeric, numeric, bigint, boolean) IS
    'by moodle_mart.analytics_thresholds: the segment of a learner, and why';
