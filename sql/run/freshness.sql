CREATE VIEW @extschema@.freshness AS
    SELECT step.instance, step.name AS entity,
           max(step.finished_at) FILTER (WHERE step.status = 'completed' AND step.units_failed = 0)
               AS complete_at,
           max(step.finished_at) FILTER (WHERE step.status = 'completed') AS read_at,
           clock_timestamp() - max(step.finished_at)
               FILTER (WHERE step.status = 'completed' AND step.units_failed = 0) AS age,
           what.late_after,
           coalesce(clock_timestamp() - max(step.finished_at)
               FILTER (WHERE step.status = 'completed' AND step.units_failed = 0) > what.late_after,
               true) AS late
    FROM @extschema@.run_steps step
    JOIN @extschema@.raw_entities what ON what.entity = step.name AND step.layer = 'raw'
    WHERE what.enabled
    GROUP BY step.instance, step.name, what.late_after, what.ordinal
    ORDER BY step.instance, what.ordinal;
COMMENT ON VIEW @extschema@.freshness IS
    'how old each entity is, and whether that is late: entity_settings.late_after, 36 hours if nothing is set';
