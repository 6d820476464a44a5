-- A step over what has landed. Its mark moves in the same transaction, so it never sees a row twice
-- nor misses one; where there is nothing new it is not run.
CREATE FUNCTION @extschema@.work_transform(step @extschema@.run_steps) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET work_mem = '32MB'
    SET jit = off
    AS $$
DECLARE
    began timestamptz := clock_timestamp();
    what @extschema@.transforms;
    seen bigint;
    newest bigint;
    written bigint := 0;
    broken text;
BEGIN
    SELECT * INTO what FROM @extschema@.transforms WHERE name = step.name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'transform "%" is no longer there', step.name
            USING ERRCODE = 'undefined_object';
    END IF;
    -- Ours go by what has landed, whenever that was. What another expects of these, only they know.
    SELECT string_agg(other.name, ', ' ORDER BY other.ordinal) INTO broken
    FROM @extschema@.run_steps other
    WHERE other.run_id = step.run_id AND other.instance = step.instance
      AND other.status = 'failed' AND other.name = ANY (what.depends_on);
    IF broken IS NOT NULL AND NOT what.builtin THEN
        RAISE EXCEPTION 'not run, since it depends on what failed: %', broken
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT coalesce(max(id), 0) INTO newest FROM moodle_raw.landing WHERE instance = step.instance;
    SELECT coalesce(max(loaded.up_to_id), 0) INTO seen FROM @extschema@.loaded
    WHERE loaded.instance = step.instance AND loaded.transform = step.name;
    IF newest > seen OR NOT what.builtin THEN
        PERFORM @extschema@.analyze_landing(step.instance);
        -- One of the user's own may read from anywhere; it may give a number of rows, or nothing.
        IF what.builtin THEN
            EXECUTE what.statement INTO written USING step.instance, seen, newest, step.run_id;
        ELSE
            PERFORM set_config('search_path', 'public, pg_catalog, pg_temp', true);
            EXECUTE what.statement USING step.instance, seen, newest, step.run_id;
            GET DIAGNOSTICS written = ROW_COUNT;
            PERFORM set_config('search_path', 'pg_catalog, pg_temp', true);
        END IF;
        INSERT INTO @extschema@.loaded AS mark (instance, transform, up_to_id)
        VALUES (step.instance, step.name, newest)
        ON CONFLICT (instance, transform) DO UPDATE SET up_to_id = excluded.up_to_id
        WHERE mark.up_to_id <> excluded.up_to_id;
    END IF;
    UPDATE @extschema@.run_steps done SET
        units_total = 1, units_done = 1, rows_changed = coalesce(written, 0),
        seconds = done.seconds + extract(epoch FROM clock_timestamp() - began),
        active_at = clock_timestamp()
    WHERE done.step_id = step.step_id;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.work_transform(@extschema@.run_steps) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.work_transform(@extschema@.run_steps) IS
    'part of refresh(): a step that turns what has landed into staging or marts';
