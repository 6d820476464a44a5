-- One portion of a step that asks the site; how many units are ahead after it.
CREATE FUNCTION @extschema@.work_raw(step @extschema@.run_steps) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    began timestamptz := clock_timestamp();
    what @extschema@.raw_entities;
    next record;
    landed record;
    marked bigint := 0;
    took double precision;
    connections integer;
    at_once integer;
BEGIN
    SELECT * INTO STRICT what FROM @extschema@.raw_entities WHERE entity = step.name;
    connections := coalesce((SELECT (options ->> 'max_connections')::integer
                             FROM @extschema@.instances WHERE name = step.instance), 4);
    at_once := coalesce(step.portion, 20 * connections);
    IF what.unit = 'site' THEN
        SELECT NULL::text[] AS units, 1::bigint AS ahead INTO next;
    ELSE
        SELECT * INTO next FROM @extschema@.units_ahead(step, at_once);
    END IF;
    SELECT * INTO landed
    FROM @extschema@.land(step.run_id, step.instance, step.name, next.units)
    WHERE next.ahead > 0;
    IF FOUND THEN
        INSERT INTO @extschema@.run_errors (run_id, step_id, instance, name, unit, message, detail)
        SELECT step.run_id, step.step_id, step.instance, step.name, cause ->> 'unit',
               'passed over: ' || (cause ->> 'cause'),
               nullif(concat_ws(': ', nullif(cause ->> 'errorcode', ''), nullif(cause ->> 'detail', '')), '')
        FROM jsonb_array_elements(landed.skipped) cause;
    END IF;
    next.ahead := next.ahead - coalesce(cardinality(next.units), least(next.ahead, 1));
    -- A course that was not listed says nothing of what is in it.
    IF next.ahead = 0 AND what.unit <> 'site' AND EXISTS (
            SELECT FROM @extschema@.run_steps listing
            WHERE listing.run_id = step.run_id AND listing.instance = step.instance
              AND listing.layer = 'raw' AND listing.status = 'completed' AND listing.units_failed = 0
              AND listing.name = CASE what.unit WHEN 'course' THEN 'course' ELSE 'enrolment' END) THEN
        marked := @extschema@.mark_gone(step.run_id, step.instance, step.name);
    END IF;
    took := extract(epoch FROM clock_timestamp() - began);
    UPDATE @extschema@.run_steps done SET
        units_total = done.units_done + done.units_failed + coalesce(cardinality(next.units), 1) + next.ahead,
        units_done = done.units_done + coalesce(cardinality(next.units), 1)
                     - coalesce(jsonb_array_length(landed.skipped), 0),
        units_failed = done.units_failed + coalesce(jsonb_array_length(landed.skipped), 0),
        rows_read = done.rows_read + coalesce(landed.rows_read, 0),
        rows_new = done.rows_new + coalesce(landed.rows_new, 0),
        rows_changed = done.rows_changed + coalesce(landed.rows_changed, 0),
        rows_unchanged = done.rows_unchanged + coalesce(
            landed.rows_read - landed.rows_new - landed.rows_changed, 0),
        rows_deleted = done.rows_deleted + coalesce(landed.rows_deleted, 0) + marked,
        requests = done.requests + coalesce(landed.requests, 0),
        retries = done.retries + coalesce(landed.retries, 0),
        bytes = done.bytes + coalesce(landed.bytes, 0),
        seconds = done.seconds + took,
        at_course = coalesce(split_part(next.units[cardinality(next.units)], ':', 1)::bigint, 0),
        at_user = coalesce(nullif(split_part(next.units[cardinality(next.units)], ':', 2), '')::bigint, 0),
        active_at = clock_timestamp(),
        portion = least(greatest(at_once * least(10 / greatest(took, 0.01), 4), 2 * connections), 5000)
    WHERE done.step_id = step.step_id;
    RETURN next.ahead;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.work_raw(@extschema@.run_steps) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.work_raw(@extschema@.run_steps) IS
    'part of refresh(): the next portion of a step that asks the site';
