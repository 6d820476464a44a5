CREATE OR REPLACE VIEW moodle_mart.learner_progress AS
    SELECT weekly.instance, weekly.moodle_course_id, course.course_name, course.course_shortname,
           course.top_category_name, course.second_category_name, course.course_startdate,
           course.course_enddate, weekly.moodle_user_id, person.username, person.firstname,
           person.lastname, person.email, weekly.week_start,
           to_char(weekly.week_start, 'IYYY-"W"IW') AS iso_week, weekly.course_week,
           weekly.graded_items, course.total_items, weekly.new_grades, weekly.avg_performance_pct,
           weekly.performance_change_pct, weekly.criteria_done, weekly.new_criteria,
           weekly.criteria_total, weekly.completed_course, weekly.completed_this_week,
           weekly.weeks_since_movement, weekly.status, weekly.enrolled_now,
           weekly.week_start = max(weekly.week_start) OVER (
               PARTITION BY weekly.instance, weekly.moodle_course_id,
                            weekly.moodle_user_id) AS is_latest_week
    FROM moodle_mart.learner_progress_weekly weekly
    LEFT JOIN moodle_mart.course_summary course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.users person USING (instance, moodle_user_id);
COMMENT ON VIEW moodle_mart.learner_progress IS
    'moodle_mart.learner_progress_weekly with the names of courses and people: what dashboards over time read';
COMMENT ON COLUMN moodle_mart.learner_progress.total_items IS
    'grade items of the course as they are now, course and category totals not';
COMMENT ON COLUMN moodle_mart.learner_progress.is_latest_week IS
    'true = the last row of this student in this course: filter by it for how things stand now';
COMMENT ON COLUMN moodle_mart.learner_progress.iso_week IS 'the week as ISO 8601 counts it: 2026-W47';
-- The rest is described where it comes from.
DECLARE
    described record;
BEGIN
    FOR described IN
        SELECT DISTINCT ON (shown.attname) shown.attname AS name,
               col_description(source.attrelid, source.attnum) AS words
        FROM pg_attribute shown
        JOIN pg_attribute source ON source.attname = shown.attname
        JOIN unnest(ARRAY['moodle_mart.learner_progress_weekly', 'moodle_mart.course_summary',
                          'moodle_mart.course_performance']::regclass[])
                 WITH ORDINALITY origin(origin_oid, place) ON origin_oid = source.attrelid
        WHERE shown.attrelid = 'moodle_mart.learner_progress'::regclass AND shown.attnum > 0
          AND shown.attname NOT IN ('total_items', 'iso_week', 'is_latest_week')
        ORDER BY shown.attname, origin.place
    LOOP
        EXECUTE format('COMMENT ON COLUMN moodle_mart.learner_progress.%I IS %L',
                       described.name, described.words);
    END LOOP;
END;
