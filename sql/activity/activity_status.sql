-- A day that nothing was run for is not started: from the day after the first one that was.
CREATE VIEW @extschema@.activity_status AS
    SELECT day.instance, day.extraction_date, process.name AS process,
           coalesce(CASE WHEN run.status = 'running' AND NOT @extschema@.is_locked('activity', day.instance)
                         THEN 'failed' ELSE run.status END, 'not_started') AS status,
           run.courses_done, run.courses_total, run.started_at, run.finished_at, run.attempts,
           coalesce(run.error, CASE WHEN run.status = 'running' AND NOT @extschema@.is_locked('activity', day.instance)
                                    THEN 'broke off; running it again goes on where it stopped' END) AS error
    FROM (SELECT DISTINCT instance, extraction_date FROM @extschema@.activity_runs) day
    CROSS JOIN (VALUES (1, 'activity_counts'), (2, 'user_counts'), (3, 'user_activity')) process(ordinal, name)
    LEFT JOIN @extschema@.activity_runs run
        ON run.instance = day.instance AND run.extraction_date = day.extraction_date AND run.process = process.name
    ORDER BY day.extraction_date DESC, day.instance, process.ordinal;

COMMENT ON VIEW @extschema@.activity_status IS
    'how the processes of activity stand: not_started, queued, running, completed or failed, per instance and day';
GRANT SELECT ON @extschema@.activity_status TO PUBLIC;
