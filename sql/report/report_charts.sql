CREATE FUNCTION @extschema@.report_charts(of_instance text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    charts text := '';
    one text;
BEGIN
    SELECT @extschema@.svg_bars('How far students come', array_agg(stage ORDER BY stage_no),
                                array_agg(students ORDER BY stage_no))
    INTO one
    FROM (SELECT stage_no, stage, sum(students) AS students FROM moodle_mart.completion_funnel
          WHERE instance = of_instance GROUP BY stage_no, stage) stage;
    charts := charts || coalesce('<section><h2>How far students come</h2>' || one || '</section>', '');
    SELECT @extschema@.svg_bars('Grades', array_agg(bucket_label ORDER BY bucket),
                                array_agg(grades ORDER BY bucket))
    INTO one
    FROM (SELECT bucket, bucket_label, sum(grades) AS grades FROM moodle_mart.grade_distribution
          WHERE instance = of_instance GROUP BY bucket, bucket_label) bucket;
    charts := charts || coalesce('<section><h2>Grades, in percent of the best</h2>' || one || '</section>', '');
    SELECT @extschema@.svg_lines('New grades and completed criteria a week',
                                 array_agg(to_char(week_start, 'DD Mon') ORDER BY week_start),
                                 array_agg(movements ORDER BY week_start))
    INTO one
    FROM (SELECT week_start, sum(new_grades + new_criteria) AS movements
          FROM moodle_mart.learner_progress_weekly WHERE instance = of_instance
          GROUP BY week_start ORDER BY week_start DESC LIMIT 26) week;
    charts := charts || coalesce('<section><h2>New grades and completed criteria a week</h2>' || one || '</section>', '');
    SELECT @extschema@.svg_bars('Students by week status', array_agg(status ORDER BY students DESC),
                                array_agg(students ORDER BY students DESC))
    INTO one
    FROM (SELECT status, count(*) AS students
          FROM (SELECT DISTINCT ON (moodle_course_id, moodle_user_id) status
                FROM moodle_mart.learner_progress_weekly
                WHERE instance = of_instance AND enrolled_now
                ORDER BY moodle_course_id, moodle_user_id, week_start DESC) latest
          GROUP BY status) state;
    charts := charts || coalesce('<section><h2>Where students stand now</h2>' || one || '</section>', '');
    RETURN '<div class="two">' || charts || '</div>';
END
$$;

COMMENT ON FUNCTION @extschema@.report_charts(text) IS 'part of report(): the charts';
