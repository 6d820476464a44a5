-- What the landing of an entity is to do for privacy, as parts of its statement, where $1 = the
-- instance: which records it `keeps`, by record_key; how it `hashes` and what it `records`, of %s. The
-- usual case adds nothing.
CREATE FUNCTION @extschema@.landing_guard(of_instance text, of_entity text,
                                          OUT keeps text, OUT hashes text, OUT records text)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- Records of an attached database have the keys of those of web services.
    same_as CONSTANT text := regexp_replace(of_entity, '^db_', '');
    gone CONSTANT bigint[] := ARRAY(SELECT moodle_user_id FROM @extschema@.forgotten WHERE instance = of_instance);
    under_pseudonyms CONSTANT boolean := EXISTS (SELECT FROM @extschema@.pseudonymised WHERE instance = of_instance);
    user_at CONSTANT integer := (SELECT array_position(key_columns, 'user_id')
                                 FROM @extschema@.raw_entities WHERE entity = same_as);
BEGIN
    keeps := CASE WHEN cardinality(gone) > 0 AND user_at IS NOT NULL
                  THEN format('split_part(record_key, '':'', %s)::bigint <> ALL (%L)', user_at, gone) ELSE 'true' END;
    hashes := CASE WHEN under_pseudonyms AND same_as IN ('user', 'enrolment', 'grade')
                   THEN '@extschema@.keyed_hash($1, %s)' ELSE '%s' END;
    records := CASE WHEN under_pseudonyms OR cardinality(gone) > 0
                    THEN format('@extschema@.private_record($1, %L, %%s)', of_entity) ELSE '%s' END;
END
$$;

COMMENT ON FUNCTION @extschema@.landing_guard(text, text) IS
    'part of land(): what keeps the forgotten out, and others under their pseudonyms';
