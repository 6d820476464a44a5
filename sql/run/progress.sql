-- Of the runs under way, and of the last one. A step that has not begun counts as one unit.
CREATE VIEW @extschema@.progress AS
    SELECT step.run_id, step.instance,
           CASE WHEN run.status = 'running' AND NOT @extschema@.is_alive(run.run_id) THEN 'broken off'
                WHEN bool_or(step.status = 'running') THEN 'running'
                WHEN bool_and(step.status = 'completed') THEN 'completed'
                WHEN bool_or(step.status = 'queued') THEN 'queued'
                WHEN bool_or(step.status = 'cancelled') THEN 'cancelled'
                ELSE 'completed with errors' END AS state,
           (array_agg(step.name ORDER BY step.ordinal)
                FILTER (WHERE step.status = 'running'))[1] AS step,
           done.percent,
           rpad(repeat('█', (done.percent / 5)::integer), 20, '░') AS bar,
           sum(step.units_done + step.units_failed) AS units_done,
           sum(coalesce(step.units_total, 0)) AS units_total,
           sum(step.rows_read) AS rows_read,
           sum(step.rows_new + step.rows_changed) FILTER (WHERE step.layer = 'raw') AS rows_landed,
           sum(step.requests) AS requests, sum(step.bytes) AS bytes,
           round((sum(step.units_done) / nullif(sum(step.seconds), 0))::numeric, 1) AS units_per_second,
           CASE WHEN bool_or(step.status = 'running') THEN
               make_interval(secs => round(coalesce(sum(
                   (step.units_total - step.units_done - step.units_failed) * step.seconds
                   / nullif(step.units_done, 0)) FILTER (WHERE step.status = 'running'), 0)::numeric)::double precision)
           END AS eta_of_step,
           date_trunc('second', coalesce(max(run.finished_at), clock_timestamp()) - min(step.started_at)) AS elapsed
    FROM @extschema@.runs run
    JOIN @extschema@.run_steps step USING (run_id)
    JOIN LATERAL (
        SELECT round(100 * avg(CASE WHEN same.status = 'completed' OR same.status = 'failed' THEN 1
                                    WHEN same.units_total > 0
                                    THEN (same.units_done + same.units_failed)::numeric / same.units_total
                                    ELSE 0 END)) AS percent
        FROM @extschema@.run_steps same
        WHERE same.run_id = step.run_id AND same.instance = step.instance) done ON true
    WHERE run.status = 'running' OR run.run_id = (SELECT max(run_id) FROM @extschema@.runs)
    GROUP BY step.run_id, step.instance, run.run_id, run.status, done.percent
    ORDER BY step.run_id, step.instance;
COMMENT ON VIEW @extschema@.progress IS
    'what is being refreshed, and how far it is: SELECT instance, step, bar, percent FROM moodle_fdw.progress \watch 1';
