-- A run of the same kind that broke off lately is taken up again where it stopped; else a new one.
CREATE FUNCTION @extschema@.begin_run(
        of_instances text[], of_entities text[], of_full_scan boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found bigint;
BEGIN
    UPDATE @extschema@.runs old SET status = 'failed', finished_at = clock_timestamp(),
           message = 'broke off, and was not taken up again'
    WHERE status = 'running' AND instances && of_instances AND NOT @extschema@.is_alive(run_id)
      AND NOT (instances = of_instances AND entities = of_entities AND full_scan = of_full_scan
               AND @extschema@.last_activity(run_id) > clock_timestamp() - interval '6 hours');
    UPDATE @extschema@.run_steps step SET status = 'cancelled', finished_at = clock_timestamp(),
           error = 'the process that worked on it is gone'
    FROM @extschema@.runs old
    WHERE old.run_id = step.run_id AND old.status = 'failed' AND old.instances && of_instances
      AND step.status IN ('queued', 'running');
    SELECT max(run_id) INTO found
    FROM @extschema@.runs
    WHERE status IN ('running', 'cancelled') AND instances = of_instances
      AND entities = of_entities AND full_scan = of_full_scan
      AND NOT @extschema@.is_alive(run_id)
      -- One that stopped in quiet hours is taken up again the next night, or it would never end.
      AND @extschema@.last_activity(run_id) > clock_timestamp() - CASE
          WHEN EXISTS (SELECT FROM @extschema@.run_steps step
                       WHERE step.run_id = runs.run_id AND step.status = 'cancelled'
                         AND step.error LIKE 'quiet hours of %')
          THEN interval '24 hours' ELSE interval '6 hours' END
      AND NOT EXISTS (SELECT FROM @extschema@.runs newer
                      WHERE newer.run_id > runs.run_id AND newer.instances && of_instances);
    IF found IS NOT NULL THEN
        UPDATE @extschema@.runs SET status = 'running', resumed = resumed + 1, finished_at = NULL,
               message = NULL, cancel_asked = false
        WHERE run_id = found;
        UPDATE @extschema@.run_steps SET status = 'queued', finished_at = NULL, error = NULL
        WHERE run_id = found AND status IN ('running', 'cancelled');
        RETURN found;
    END IF;
    INSERT INTO @extschema@.runs (status, instances, entities, full_scan)
    VALUES ('running', of_instances, of_entities, of_full_scan)
    RETURNING run_id INTO found;
    INSERT INTO @extschema@.run_steps (run_id, instance, layer, name, ordinal)
    SELECT found, chosen.instance, step.layer, step.name, step.ordinal
    FROM unnest(of_instances) chosen(instance)
    CROSS JOIN (SELECT 'raw' AS layer, entity AS name, ordinal
                FROM @extschema@.raw_entities
                WHERE derived_from IS NULL AND entity = ANY (of_entities)
                UNION ALL
                SELECT 'database', entity, ordinal FROM @extschema@.database_entities
                WHERE enabled AND same_as = ANY (of_entities)
                UNION ALL SELECT 'events', 'events', 100
                UNION ALL
                SELECT layer, name, ordinal FROM @extschema@.transforms
                WHERE layer <> 'raw' OR name = ANY (of_entities)) step
    WHERE CASE step.layer WHEN 'raw' THEN @extschema@.has_services(chosen.instance)
                          WHEN 'database' THEN @extschema@.has_database(chosen.instance)
                          WHEN 'events' THEN @extschema@.has_database(chosen.instance)
                              AND (SELECT events_at_refresh FROM @extschema@.databases attached
                                   WHERE attached.instance = chosen.instance) ELSE true END
    ORDER BY chosen.instance, step.ordinal;
    PERFORM @extschema@.carry_on(found);
    RETURN found;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.begin_run(text[], text[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.begin_run(text[], text[], boolean) IS 'part of refresh()';
