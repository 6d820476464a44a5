CREATE FUNCTION @extschema@.mean_rank(ranks double precision[], greatest_values numeric[]) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT round(100 * avg(rank)::numeric, 2)
    FROM unnest(ranks, greatest_values) one(rank, greatest_value)
    WHERE greatest_value > 0
    $$;

COMMENT ON FUNCTION @extschema@.mean_rank(double precision[], numeric[]) IS
    'mean of the ranks, as per cent, of the measures in which anybody did anything; NULL = none';
