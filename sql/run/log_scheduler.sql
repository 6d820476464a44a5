CREATE VIEW @extschema@.log_scheduler AS
    SELECT step.step_id AS id, step.run_id, step.instance, step.layer, step.name,
           CASE step.status WHEN 'completed' THEN 1 WHEN 'running' THEN 2 WHEN 'queued' THEN 4
                            ELSE 3 END AS status,
           step.started_at, step.finished_at, step.rows_new + step.rows_changed AS rows_written,
           step.error
    FROM @extschema@.run_steps step
    ORDER BY step.step_id;
COMMENT ON VIEW @extschema@.log_scheduler IS
    'run_steps with numbers for statuses: 1 finished, 2 in progress, 3 failed or cancelled, 4 queued';
