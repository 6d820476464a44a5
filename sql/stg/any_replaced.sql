-- An entity of few records is not to be looked for as one of many: so no plan for all of them.
-- As a replaced row is of the range, so is the previous_id that names it.
CREATE FUNCTION @extschema@.any_replaced(of_instance text, of_entity text, after_id bigint,
                                         up_to_id bigint)
    RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM moodle_raw.landing later
                   WHERE later.instance = of_instance AND later.entity = of_entity
                     AND later.id > after_id
                     AND later.previous_id > after_id AND later.previous_id <= up_to_id);
END
$$;

COMMENT ON FUNCTION @extschema@.any_replaced(text, text, bigint, bigint) IS
    'whether a later version has replaced one of a range: part of the staging loaders';
