-- The columns that it has stay in their places, and what is new follows them; last come columns of the
-- user's in course_performance.
DECLARE
    known CONSTANT text[] := '{instance, moodle_course_id, course_name, course_shortname,
        moodle_user_id, username, firstname, lastname, email, moodle_role_id, role_name,
        role_fullname, total_items, graded_items, avg_performance_pct, completed_course,
        course_startdate, course_enddate, enrolment_timecreated, ts_generated, role_kind,
        counts_as_student, completion_tracked, criteria_total, criteria_done, completed_at,
        last_course_access, enrolment_status, moodle_category_id, category_name, top_category_name,
        second_category_name, course_visible, graded_performance_pct}';
    added CONSTANT text[] := '{segment, segment_reasons, recent_active_days, recent_views,
        recent_submissions, recent_posts, recent_dedication_minutes, engagement_pct,
        engagement_change_pct, deadlines_due, deadlines_missed}';
    shown text;
    described record;
BEGIN
    SELECT string_agg(CASE wanted.name
                          WHEN 'segment_reasons' THEN 'state.reasons AS segment_reasons'
                          ELSE CASE WHEN wanted.name = ANY (added) AND wanted.name LIKE 'recent_%'
                                    THEN format('state.%I AS %I', substr(wanted.name, 8), wanted.name)
                                    WHEN wanted.name = ANY (added) THEN format('state.%I', wanted.name)
                                    ELSE format('performance.%I', wanted.name) END END,
                      ', ' ORDER BY wanted.place)
    INTO shown
    FROM (SELECT attname AS name, min(place) AS place
          FROM (SELECT attname::text, attnum AS place FROM pg_attribute
                WHERE attrelid = to_regclass('moodle_mart.student_performance') AND attnum > 0
                UNION ALL
                SELECT attname::text, attnum + CASE WHEN attname = ANY (known) THEN 10000 ELSE 30000 END
                FROM pg_attribute
                WHERE attrelid = 'moodle_mart.course_performance'::regclass AND attnum > 0 AND NOT attisdropped
                UNION ALL
                SELECT name, 20000 + place FROM unnest(added) WITH ORDINALITY new(name, place)) one
          GROUP BY attname) wanted
    -- A column that nobody knows is not passed over in silence: the view cannot be replaced then.
    WHERE wanted.place >= 10000 OR wanted.name = ANY (added)
       OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'moodle_mart.course_performance'::regclass
                  AND attname = wanted.name AND NOT attisdropped);
    EXECUTE format('CREATE OR REPLACE VIEW moodle_mart.student_performance AS
        SELECT %s FROM moodle_mart.course_performance performance
        LEFT JOIN moodle_mart.learner_states state USING (instance, moodle_course_id, moodle_user_id)
        WHERE performance.counts_as_student', shown);
    COMMENT ON VIEW moodle_mart.student_performance IS
        'moodle_mart.course_performance of students only, each once a course whatever further roles they have: what averages are taken of; with what is known of their activity lately';
    COMMENT ON COLUMN moodle_mart.student_performance.segment IS
        'doing well, ok or struggling: moodle_mart.learner_segments; NULL = not judged';
    COMMENT ON COLUMN moodle_mart.student_performance.segment_reasons IS 'why';
    FOR described IN
        SELECT attname AS name, col_description(attrelid, attnum) AS words, 1 AS rank
        FROM pg_attribute
        WHERE attrelid = 'moodle_mart.course_performance'::regclass AND attnum > 0 AND NOT attisdropped
          AND attname IN (SELECT attname FROM pg_attribute
                          WHERE attrelid = 'moodle_mart.student_performance'::regclass)
        UNION ALL
        SELECT wanted.name, col_description(attrelid, attnum), 2
        FROM unnest(added) wanted(name)
        JOIN pg_attribute ON attrelid = 'moodle_mart.learner_states'::regclass
                         AND attname = regexp_replace(wanted.name, '^recent_', '')
        WHERE wanted.name <> 'segment'
    LOOP
        EXECUTE format('COMMENT ON COLUMN moodle_mart.student_performance.%I IS %L',
                       described.name, described.words);
    END LOOP;
END;
