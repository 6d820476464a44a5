-- What a view shows as it is, is described where it comes from.
DECLARE
    described record;
BEGIN
    FOR described IN
        SELECT shown.attrelid::regclass AS view_name, shown.attname AS name,
               (SELECT col_description(source.attrelid, source.attnum)
                FROM pg_attribute source
                JOIN unnest(ARRAY[pair.base, 'moodle_mart.learner_progress', 'moodle_mart.course_performance',
                                  'moodle_stg.modules', 'moodle_stg.grade_items', 'moodle_stg.users']::regclass[])
                         WITH ORDINALITY origin(origin_oid, place) ON origin_oid = source.attrelid
                WHERE source.attname = shown.attname AND NOT source.attisdropped
                ORDER BY origin.place LIMIT 1) AS words
        FROM (VALUES ('engagement_weekly', 'moodle_mart.learner_weeks'),
                     ('engagement_course_weekly', 'moodle_mart.course_weeks'),
                     ('learner_segments', 'moodle_mart.learner_states'),
                     ('inactive_learners', 'moodle_stg.learners'), ('deadlines', 'moodle_stg.due_dates'),
                     ('forum_activity', 'moodle_mart.forum_weeks'), ('usage_by_hour', 'moodle_mart.usage_hours'),
                     ('resource_usage', 'moodle_mart.resource_totals'),
                     ('teacher_activity', 'moodle_mart.teacher_weeks'),
                     ('grade_changes', 'moodle_mart.grade_steps')) pair(view_name, base)
        JOIN pg_attribute shown ON shown.attrelid = ('moodle_mart.' || pair.view_name)::regclass AND shown.attnum > 0
        WHERE col_description(shown.attrelid, shown.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', described.view_name, described.name,
                       coalesce(described.words, CASE described.name
                           WHEN 'last_visit_at' THEN 'last access to the course; NULL = never' END));
    END LOOP;
END;
