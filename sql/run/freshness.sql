CREATE VIEW @extschema@.freshness AS
    SELECT step.instance, what.entity,
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
    -- What is derived is as whole as what it is derived from.
    JOIN (SELECT entity, 'raw' AS layer, coalesce(derived_from, entity) AS step_name, enabled, late_after,
                 ordinal
          FROM @extschema@.raw_entities
          UNION ALL
          SELECT entity, 'database', entity, enabled, late_after, ordinal
          FROM @extschema@.database_entities) what
      ON step.name = what.step_name AND step.layer = what.layer
    WHERE what.enabled
    GROUP BY step.instance, what.entity, what.late_after, what.ordinal
    ORDER BY step.instance, what.ordinal;
COMMENT ON VIEW @extschema@.freshness IS
    'how old each entity is, and whether that is late: entity_settings.late_after, 36 hours if nothing is set';
