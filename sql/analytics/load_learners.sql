-- Read whole. Who is new counts in the weeks since, who is gone no longer in those after: these weeks
-- of their courses are built anew.
CREATE FUNCTION @extschema@.load_learners(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET enable_nestloop = off
    SET jit = off
    AS $$
DECLARE
    begun CONSTANT timestamptz := clock_timestamp();
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    last_run CONSTANT timestamptz := (SELECT max(started_at) - interval '1 day' FROM @extschema@.analytics_runs
                                      WHERE instance = of_instance AND status = 'completed');
    were jsonb;
    written bigint;
BEGIN
    SELECT coalesce(jsonb_object_agg(course, learners), '{}') INTO were
    FROM (SELECT moodle_course_id::text, count(*) FROM moodle_stg.learners
          WHERE instance = of_instance GROUP BY 1) counted(course, learners);
    written := @extschema@.merge_site_rows(of_instance, 'learners', '{moodle_course_id,moodle_user_id}',
                                           @extschema@.learner_source(of_instance), whole => true);
    IF written = 0 THEN
        RETURN 0;
    END IF;
    INSERT INTO @extschema@.analytics_queue (instance, moodle_course_id, week_start)
    SELECT DISTINCT of_instance, week.moodle_course_id, week.week_start
    FROM moodle_mart.course_weeks week
    JOIN (SELECT moodle_course_id, min(since) AS since
          FROM moodle_stg.learners
          WHERE instance = of_instance AND listed_at >= begun
          GROUP BY moodle_course_id
          UNION ALL
          SELECT course::bigint,
                 coalesce((SELECT min(gone_at) FROM moodle_stg.role_assignments gone
                           WHERE gone.instance = of_instance AND gone.moodle_course_id = course::bigint
                             AND gone.gone_at >= last_run), now())
          FROM jsonb_each_text(were) before(course, learners)
          WHERE learners::bigint <> (SELECT count(*) FROM moodle_stg.learners
                                     WHERE instance = of_instance AND moodle_course_id = course::bigint)) changed
        USING (moodle_course_id)
    WHERE week.instance = of_instance AND week.week_start >= @extschema@.week_of(changed.since, zone)
    ON CONFLICT DO NOTHING;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_learners(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_learners(text) IS
    'brings moodle_stg.learners up to the site''s database and moodle_stg.role_assignments; the rows written';
