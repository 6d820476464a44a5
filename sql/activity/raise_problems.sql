-- The error that an activity run ends with: of one instance its own, of several the sum of them.
CREATE FUNCTION @extschema@.raise_problems(problems jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    first CONSTANT jsonb := problems -> 0;
    -- Of each the first problem: what failed later mostly failed for that.
    all_of_them CONSTANT text := (
        SELECT string_agg(format('%s: %s', said.instance, said.message), '; ' ORDER BY said.nr)
        FROM (SELECT DISTINCT ON (one ->> 'instance') one ->> 'instance' AS instance, one ->> 'message' AS message, nr
              FROM jsonb_array_elements(problems) WITH ORDINALITY listed(one, nr)
              ORDER BY one ->> 'instance', nr) said);
BEGIN
    IF jsonb_array_length(problems) = 0 THEN
        RETURN;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = first ->> 'state',
        MESSAGE = CASE
            WHEN EXISTS (SELECT FROM jsonb_array_elements(problems) one WHERE one ->> 'instance' <> first ->> 'instance')
            THEN 'activity failed: ' || all_of_them
            WHEN first ->> 'what' = 'begin' THEN first ->> 'message'
            ELSE format('activity of "%s" failed: %s', first ->> 'instance', first ->> 'message') END,
        HINT = concat_ws(E'\n', nullif(first ->> 'detail', ''),
                         coalesce(nullif(first ->> 'hint', ''),
                                  'SELECT * FROM moodle_fdw.activity_status shows how each day stands.'));
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.raise_problems(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.raise_problems(jsonb) IS 'part of run_activity()';
