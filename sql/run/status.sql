CREATE VIEW @extschema@.status AS
    SELECT DISTINCT ON (step.instance, step.ordinal, step.name)
           step.instance, step.layer, step.name, step.status, step.run_id, step.started_at,
           step.finished_at, step.units_done, step.units_failed, step.rows_read, step.rows_new,
           step.rows_changed, step.rows_unchanged, step.rows_deleted, step.requests, step.retries,
           step.bytes, round(step.seconds::numeric, 3) AS seconds, step.error
    FROM @extschema@.run_steps step
    ORDER BY step.instance, step.ordinal, step.name, step.run_id DESC;
COMMENT ON VIEW @extschema@.status IS 'the last state of every instance and step';
