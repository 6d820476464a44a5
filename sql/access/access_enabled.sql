CREATE FUNCTION @extschema@.access_enabled() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM @extschema@.access_state) $$;

COMMENT ON FUNCTION @extschema@.access_enabled() IS
    'whether the warehouse''s rows are seen only by whom they were granted to';
