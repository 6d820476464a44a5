-- Every version becomes a change of state: grade or none, criterion met or not, at its time, less what
-- the version before it had. Summed up, the changes are the state at the end of each week in which
-- anything moved; the weeks in between repeat it.
-- No version's time is before that of the one it replaces, so the order of versions is that of times.
CREATE FUNCTION @extschema@.build_learner_progress_weekly(
        instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET work_mem = '16MB'
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
        instance, moodle_course_id, moodle_user_id, week_start, course_week, graded_items,
        new_grades, avg_performance_pct, performance_change_pct, criteria_done, new_criteria,
        criteria_total, completed_course, completed_this_week, weeks_since_movement, status,
        enrolled_now, ts_generated)
    WITH student AS (
        SELECT moodle_course_id AS course, moodle_user_id AS person,
               bool_or(counts_as_student) AS counts,
               date_trunc('week', min(enrolment_timecreated) AT TIME ZONE 'UTC')::date AS enrolled,
               max(criteria_total) AS criteria_total
        FROM moodle_mart.course_performance
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
        GROUP BY moodle_course_id, moodle_user_id
    ), change AS MATERIALIZED (
        SELECT course, person, date_trunc('week', moved.at AT TIME ZONE 'UTC')::date AS week,
               moved.graded, moved.pct, moved.pcts, moved.new_grades, moved.criteria, moved.completed
        FROM (SELECT course, person, at, graded, pct, pcts, new_grades, 0 AS criteria, 0 AS completed
              FROM @extschema@.grade_changes($1, touched, $3)
              UNION ALL
              SELECT course, person, at, 0, 0, 0, 0, criteria, completed
              FROM @extschema@.completion_changes($1, touched, $3)) moved
        LEFT JOIN student USING (course, person)
        WHERE student.counts IS DISTINCT FROM false
    ), history AS (
        SELECT course, greatest(min(week), max(week) - 7 * (longest - 1)) AS first, max(week) AS last
        FROM change
        GROUP BY course
    ), moved AS (
        -- Each student begins with a week in which nothing need have moved.
        SELECT course, person, greatest(week, history.first) AS week, sum(graded) AS graded,
               sum(pct) AS pct, sum(pcts) AS pcts, sum(new_grades) AS new_grades,
               sum(criteria) AS criteria, sum(completed) AS completed
        FROM (SELECT * FROM change
              UNION ALL
              SELECT course, person, coalesce(student.enrolled, history.first), 0, 0, 0, 0, 0, 0
              FROM student
              JOIN history USING (course)
              WHERE student.counts
                AND (student.enrolled IS NULL OR student.enrolled <= history.last)) either
        JOIN history USING (course)
        GROUP BY 1, 2, 3
    ), stood AS (
        SELECT course, person, week, new_grades, criteria AS new_criteria, completed > 0 AS completed_now,
               sum(graded) OVER so_far AS graded,
               round(sum(pct) OVER so_far / nullif(sum(pcts) OVER so_far, 0), 4) AS pct,
               sum(criteria) OVER so_far AS criteria,
               sum(completed) OVER so_far > 0 AS completed,
               max(week) FILTER (WHERE new_grades > 0 OR criteria > 0 OR completed > 0)
                   OVER so_far AS moved_week,
               lead(week) OVER so_far AS next_week
        FROM moved
        WINDOW so_far AS (PARTITION BY course, person ORDER BY week)
    ), led AS (
        SELECT *, pct - lag(pct) OVER (PARTITION BY course, person ORDER BY week) AS pct_change
        FROM stood
    )
    -- As it stood, so it stands until something moves again.
    SELECT site, course, person, led.week + 7 * still, (led.week - history.first) / 7 + 1 + still,
           led.graded, CASE still WHEN 0 THEN led.new_grades ELSE 0 END, led.pct,
           CASE WHEN still = 0 THEN led.pct_change WHEN led.pct IS NOT NULL THEN 0 END,
           led.criteria, CASE still WHEN 0 THEN led.new_criteria ELSE 0 END,
           coalesce(student.criteria_total, 0), led.completed, led.completed_now AND still = 0,
           (led.week - led.moved_week) / 7 + still,
           CASE WHEN led.completed THEN 'completed'
                WHEN led.moved_week IS NULL THEN 'not started'
                ELSE CASE (led.week - led.moved_week) / 7 + still
                     WHEN 0 THEN 'active' WHEN 1 THEN 'idle' WHEN 2 THEN 'idle' WHEN 3 THEN 'idle'
                     ELSE 'stalled' END END,
           coalesce(student.counts, false), now()
    FROM led
    JOIN history USING (course)
    LEFT JOIN student USING (course, person)
    CROSS JOIN LATERAL generate_series(0, CASE
        WHEN led.next_week IS NOT NULL THEN (led.next_week - led.week) / 7 - 1
        WHEN student.counts THEN (history.last - led.week) / 7
        ELSE 0 END) still;
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM @extschema@.analyze_first('learner_progress_weekly', $2, written);
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_learner_progress_weekly(text, bigint, bigint) IS
    'builds moodle_mart.learner_progress_weekly anew for the courses in which a range of the landing table moved anything; the rows written';
