-- Every version becomes a change of state: grade or none, criterion met or not, at its time, less what
-- the version before it had. Summed up over the weeks, the changes are the state at each week's end.
-- No version's time is before that of the one it replaces, so the order of versions is that of times.
CREATE FUNCTION @extschema@.build_learner_progress_weekly(
        instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET work_mem = '32MB'
    AS $$
#variable_conflict use_column
DECLARE
    -- Of a course older than this, rows for each week and learner would be many and tell little.
    longest CONSTANT integer := 104;
    site CONSTANT text := $1;
    touched bigint[];
    written bigint;
BEGIN
    IF $2 > 0 THEN
        touched := @extschema@.moved_courses($1, $2, $3);
    END IF;
    DELETE FROM moodle_mart.learner_progress_weekly
    WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched));

    INSERT INTO moodle_mart.learner_progress_weekly (
        instance, moodle_course_id, moodle_user_id, week_start, iso_week, course_week,
        graded_items, new_grades, avg_performance_pct, performance_change_pct, criteria_done,
        new_criteria, criteria_total, completed_course, completed_this_week,
        weeks_since_movement, status, enrolled_now, ts_generated)
    WITH student AS (
        SELECT moodle_course_id AS course, moodle_user_id AS person,
               bool_or(counts_as_student) AS counts,
               date_trunc('week', min(enrolment_timecreated) AT TIME ZONE 'UTC')::date AS enrolled,
               max(criteria_total) AS criteria_total
        FROM moodle_mart.course_performance
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
        GROUP BY moodle_course_id, moodle_user_id
    ), change AS (
        SELECT moved.course, moved.person,
               date_trunc('week', moved.at AT TIME ZONE 'UTC')::date AS week,
               sum(moved.graded)::integer AS graded, sum(moved.pct) AS pct,
               sum(moved.pcts)::integer AS pcts, sum(moved.new_grades)::integer AS new_grades,
               sum(moved.criteria)::integer AS criteria, sum(moved.completed)::integer AS completed
        FROM (SELECT course, person, at, graded, pct, pcts, new_grades, 0 AS criteria, 0 AS completed
              FROM @extschema@.grade_changes($1, touched, $3)
              UNION ALL
              SELECT course, person, at, 0, 0, 0, 0, criteria, completed
              FROM @extschema@.completion_changes($1, touched, $3)) moved
        LEFT JOIN student USING (course, person)
        WHERE student.counts IS DISTINCT FROM false
        GROUP BY 1, 2, 3
    ), history AS (
        SELECT course, greatest(min(week), max(week) - 7 * (longest - 1)) AS first, max(week) AS last
        FROM change
        GROUP BY course
    ), clipped AS (
        SELECT course, person, greatest(week, history.first) AS week, sum(graded)::integer AS graded,
               sum(pct) AS pct, sum(pcts)::integer AS pcts, sum(new_grades)::integer AS new_grades,
               sum(criteria)::integer AS criteria, sum(completed)::integer AS completed
        FROM change
        JOIN history USING (course)
        GROUP BY 1, 2, 3
    ), learner AS (
        SELECT course, person, history.first AS course_first,
               greatest(least(student.enrolled, own.first), history.first) AS first,
               CASE WHEN student.counts THEN history.last ELSE own.last END AS last,
               coalesce(student.counts, false) AS enrolled_now,
               coalesce(student.criteria_total, 0) AS criteria_total
        FROM (SELECT course, person, min(week) AS first, max(week) AS last
              FROM clipped GROUP BY course, person) own
        FULL JOIN (SELECT * FROM student WHERE counts) student USING (course, person)
        JOIN history USING (course)
    ), stood AS (
        SELECT learner.course, learner.person, learner.course_first, learner.enrolled_now,
               learner.criteria_total, weeks.week, coalesce(clipped.new_grades, 0) AS new_grades,
               coalesce(clipped.criteria, 0) AS new_criteria,
               coalesce(clipped.completed, 0) > 0 AS completed_now,
               coalesce(sum(clipped.graded) OVER so_far, 0) AS graded,
               round(sum(clipped.pct) OVER so_far / nullif(sum(clipped.pcts) OVER so_far, 0), 4) AS pct,
               coalesce(sum(clipped.criteria) OVER so_far, 0) AS criteria,
               coalesce(sum(clipped.completed) OVER so_far, 0) > 0 AS completed,
               max(clipped.week) FILTER (WHERE clipped.new_grades > 0 OR clipped.criteria > 0
                                               OR clipped.completed > 0) OVER so_far AS moved_week
        FROM learner
        CROSS JOIN LATERAL (SELECT learner.first + 7 * step AS week
                            FROM generate_series(0, (learner.last - learner.first) / 7) step) weeks
        LEFT JOIN clipped ON clipped.course = learner.course AND clipped.person = learner.person
                         AND clipped.week = weeks.week
        WINDOW so_far AS (PARTITION BY learner.course, learner.person ORDER BY weeks.week)
    )
    SELECT site, course, person, week, to_char(week, 'IYYY-"W"IW'),
           (week - course_first) / 7 + 1, graded, new_grades, pct,
           pct - lag(pct) OVER (PARTITION BY course, person ORDER BY week),
           criteria, new_criteria, criteria_total, completed, completed_now,
           (week - moved_week) / 7,
           CASE WHEN completed THEN 'completed'
                WHEN moved_week IS NULL THEN 'not started'
                WHEN moved_week = week THEN 'active'
                WHEN week - moved_week < 28 THEN 'idle'
                ELSE 'stalled' END,
           enrolled_now, now()
    FROM stood;
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM @extschema@.analyze_first('learner_progress_weekly', $2, written);
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_learner_progress_weekly(text, bigint, bigint) IS
    'builds moodle_mart.learner_progress_weekly anew for the courses in which a range of the landing table moved anything; the rows written';
