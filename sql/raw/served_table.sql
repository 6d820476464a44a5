CREATE FUNCTION @extschema@.served_table(of_instance text, of_entity text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.format('moodle_raw.%I', "left"('served_' || of_instance || '_' || of_entity, 63));

COMMENT ON FUNCTION @extschema@.served_table(text, text) IS
    'the name of the foreign table that a refresh reads an entity from';
