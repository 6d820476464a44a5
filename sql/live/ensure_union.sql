CREATE FUNCTION @extschema@.ensure_union(entity text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    columns text;
    one record;
BEGIN
    IF to_regclass(format('@extschema@.%I', entity)) IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(format('%I %s', name, type), ', ' ORDER BY ordinal) INTO columns
    FROM @extschema@.entity_columns(entity);
    EXECUTE format('CREATE TABLE @extschema@.%I (%s) PARTITION BY LIST (instance)',
                   entity, columns);
    EXECUTE format('COMMENT ON TABLE @extschema@.%I IS %L', entity,
                   (SELECT format('%s; live, over all instances', list.comment)
                    FROM @extschema@.entity_list() list
                    WHERE list.entity = ensure_union.entity));
    FOR one IN SELECT name, comment FROM @extschema@.entity_columns(entity) LOOP
        EXECUTE format('COMMENT ON COLUMN @extschema@.%I.%I IS %L', entity, one.name, one.comment);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.ensure_union(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.ensure_union(text) IS
    'makes the union table of an entity where it is missing';
