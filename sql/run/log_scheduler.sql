CREATE VIEW @extschema@.log_scheduler AS
    SELECT step.step_id AS id, step.run_id, step.instance, step.layer, step.name,
           CASE step.status WHEN 'completed' THEN 1 WHEN 'running' THEN 2 WHEN 'queued' THEN 4
                            ELSE 3 END AS status,
           step.started_at, step.finished_at, step.rows_new + step.rows_changed AS rows_written,
           step.error, NULL::date AS extraction_date, NULL::bigint AS batch_offset,
           NULL::bigint AS batches_done, NULL::bigint AS batches_total
    FROM @extschema@.run_steps step
    UNION ALL
    SELECT run.id, NULL, run.instance, 'activity', run.process,
           CASE status.status WHEN 'completed' THEN 1 WHEN 'running' THEN 2 WHEN 'queued' THEN 4 ELSE 3 END,
           run.started_at, run.finished_at, run.rows_written, status.error, run.extraction_date,
           run.courses_done, ceil(run.courses_done / run.batch::numeric)::bigint,
           ceil(run.courses_total / run.batch::numeric)::bigint
    FROM @extschema@.activity_runs run
    JOIN @extschema@.activity_status status USING (instance, extraction_date, process)
    ORDER BY 1;
COMMENT ON VIEW @extschema@.log_scheduler IS
    'run_steps and the processes of activity with numbers for statuses: 1 finished, 2 in progress, 3 failed or cancelled, 4 queued';
COMMENT ON COLUMN @extschema@.log_scheduler.extraction_date IS 'of activity: the day counted';
COMMENT ON COLUMN @extschema@.log_scheduler.batch_offset IS 'of activity: courses that are done, where the next batch begins';
COMMENT ON COLUMN @extschema@.log_scheduler.batches_done IS 'of activity: batches that are done';
COMMENT ON COLUMN @extschema@.log_scheduler.batches_total IS 'of activity: of so many';
