-- A day that nothing was run for is not started: of the days between the first and the last that
-- something was run for. One that says it is at work while nobody is, has broken off.
CREATE VIEW @extschema@.activity_status AS
    SELECT day.instance, day.extraction_date, process.name AS process,
           CASE WHEN run.process IS NULL THEN 'not_started' WHEN broken.off THEN 'failed'
                ELSE run.status END AS status,
           run.courses_done, run.courses_total, run.started_at, run.finished_at, run.attempts,
           CASE WHEN broken.off THEN 'broke off; running it again goes on where it stopped'
                ELSE run.error END AS error,
           run.from_date,
           CASE WHEN run.status = 'completed' THEN 100
                ELSE round(100.0 * run.courses_done / nullif(run.courses_total, 0)) END AS percent
    FROM (SELECT instance, pg_catalog.generate_series(min(extraction_date)::timestamp, max(extraction_date)::timestamp,
                                                      interval '1 day')::date AS extraction_date
          FROM @extschema@.activity_runs GROUP BY instance) day
    CROSS JOIN (VALUES (1, 'activity_counts'), (2, 'user_counts'), (3, 'user_activity')) process(ordinal, name)
    LEFT JOIN @extschema@.activity_runs run
        ON run.instance = day.instance AND run.extraction_date = day.extraction_date AND run.process = process.name
    CROSS JOIN LATERAL (SELECT CASE WHEN run.status IN ('queued', 'running')
                                    THEN NOT @extschema@.is_locked('activity', day.instance)
                                    ELSE false END AS off) broken
    ORDER BY day.extraction_date DESC, day.instance, process.ordinal;

COMMENT ON VIEW @extschema@.activity_status IS
    'how the processes of activity stand: not_started, queued, running, completed or failed, per instance and day';
GRANT SELECT ON @extschema@.activity_status TO PUBLIC;
