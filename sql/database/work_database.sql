-- One portion of a step that reads an attached database: some courses, by their ids, or the site; how
-- many courses are ahead after it.
CREATE FUNCTION @extschema@.work_database(step @extschema@.run_steps) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    began timestamptz := clock_timestamp();
    at_once integer := coalesce(step.portion, 500);
    per_site boolean;
    courses bigint[];
    low CONSTANT bigint := greatest(1, step.at_course) + 1;  -- not the front page
    high bigint := 9223372036854775807;
    landed record;
    units bigint := 1;
    ahead bigint := 0;
    took double precision;
BEGIN
    SELECT unit = 'site' INTO STRICT per_site FROM @extschema@.database_entities WHERE entity = step.name;
    IF NOT per_site THEN
        EXECUTE format('SELECT coalesce(array_agg(id::bigint ORDER BY id), ''{}'') FROM %s WHERE id >= %s',
                       @extschema@.site_table(step.instance, 'course'), low) INTO courses;
        ahead := greatest(cardinality(courses) - at_once, 0);
        units := cardinality(courses) - ahead;
        -- The last portion goes on to the end, where there may be courses that are gone.
        high := CASE WHEN ahead > 0 THEN courses[at_once] ELSE high END;
    END IF;
    SELECT * INTO landed
    FROM @extschema@.land_database(step.run_id, step.instance, step.name, low, high);
    took := extract(epoch FROM clock_timestamp() - began);
    UPDATE @extschema@.run_steps done SET
        units_total = done.units_done + units + ahead, units_done = done.units_done + units,
        rows_read = done.rows_read + landed.rows_read,
        rows_new = done.rows_new + landed.rows_new,
        rows_changed = done.rows_changed + landed.rows_changed,
        rows_unchanged = done.rows_unchanged + landed.rows_read - landed.rows_new - landed.rows_changed,
        rows_deleted = done.rows_deleted + landed.rows_deleted,
        seconds = done.seconds + took, at_course = high, active_at = clock_timestamp(),
        portion = least(greatest(at_once * least(10 / greatest(took, 0.01), 4), 10), 20000)
    WHERE done.step_id = step.step_id;
    RETURN ahead;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.work_database(@extschema@.run_steps) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.work_database(@extschema@.run_steps) IS
    'part of refresh(): the next portion of a step that reads an attached database';
