CREATE FUNCTION @extschema@.quartile_of(value numeric, q1 numeric, median numeric, q3 numeric) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT CASE WHEN value > 0
                THEN 1 + (value >= q1)::integer + (value >= median)::integer + (value >= q3)::integer
                ELSE 1 END
    $$;

COMMENT ON FUNCTION @extschema@.quartile_of(numeric, numeric, numeric, numeric) IS
    'part of build_learner_weeks(): 1 to 4; nothing is always 1';
