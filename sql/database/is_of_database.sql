CREATE FUNCTION @extschema@.is_of_database(of_instance text, of_entity text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT of_entity = 'role' OR NOT @extschema@.has_services(of_instance)
    $$;

COMMENT ON FUNCTION @extschema@.is_of_database(text, text) IS
    'whether an instance''s database counts for more than its web services: part of the staging loaders';
