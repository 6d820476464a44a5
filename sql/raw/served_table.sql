CREATE FUNCTION @extschema@.served_table(of_instance text, of_entity text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN @extschema@.raw_name(pg_catalog.concat('served_', of_instance, '_', of_entity));

COMMENT ON FUNCTION @extschema@.served_table(text, text) IS
    'the name of the foreign table that a refresh reads an entity from';
