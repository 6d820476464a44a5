CREATE VIEW @extschema@.analytics_status AS
    SELECT DISTINCT ON (run.instance) run.instance,
           CASE WHEN run.status = 'running' AND NOT @extschema@.is_locked('activity', run.instance)
                THEN 'failed' ELSE run.status END AS status,
           run.step, run.weeks_done, run.weeks_total,
           (SELECT count(*) FROM @extschema@.analytics_queue ahead WHERE ahead.instance = run.instance) AS weeks_ahead,
           run.rows_loaded, run.rows_written, run.started_at, run.finished_at,
           coalesce(run.error, CASE WHEN run.status = 'running' AND NOT @extschema@.is_locked('activity', run.instance)
                                    THEN 'broke off; running it again goes on where it stopped' END) AS error
    FROM @extschema@.analytics_runs run
    ORDER BY run.instance, run.run_id DESC;

COMMENT ON VIEW @extschema@.analytics_status IS
    'how the last run of the learner analytics of each instance stands; weeks are weeks of courses';
GRANT SELECT ON @extschema@.analytics_status TO PUBLIC;
