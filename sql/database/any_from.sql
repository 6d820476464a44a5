CREATE FUNCTION @extschema@.any_from(of_instance text, of_entity text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM moodle_raw.landing WHERE instance = of_instance AND entity = of_entity);
END
$$;

COMMENT ON FUNCTION @extschema@.any_from(text, text) IS
    'whether an instance''s landing has anything of an entity: part of the staging loaders';
