CREATE FUNCTION @extschema@.add_transform(
        name text, layer text, sql text, depends_on text[] DEFAULT '{}')
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    unknown text;
BEGIN
    IF layer IS NULL OR layer NOT IN ('stg', 'mart') THEN
        RAISE EXCEPTION 'there is no layer "%" for a transform', layer
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'stg: runs after staging is loaded. mart: runs after the marts are built.';
    END IF;
    IF EXISTS (SELECT FROM @extschema@.transforms known
               WHERE known.name = add_transform.name AND known.builtin) THEN
        RAISE EXCEPTION 'the name "%" is taken by a table of the warehouse', name
            USING ERRCODE = 'reserved_name', HINT = 'Choose another name.';
    END IF;
    SELECT string_agg(wanted, ', ') INTO unknown
    FROM unnest(depends_on) wanted
    WHERE NOT EXISTS (SELECT FROM @extschema@.transforms known
                      WHERE known.name = wanted AND known.name <> add_transform.name);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'transform "%" depends on what is not there: %', name, unknown
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT name, layer FROM moodle_fdw.transforms lists what can be named. What another transform of yours makes must be added first.';
    END IF;
    INSERT INTO @extschema@.user_transforms (name, layer, statement, depends_on)
    VALUES (add_transform.name, add_transform.layer, add_transform.sql, add_transform.depends_on)
    ON CONFLICT ON CONSTRAINT user_transforms_pkey DO UPDATE
        SET layer = excluded.layer, statement = excluded.statement,
            depends_on = excluded.depends_on, added_by = CURRENT_USER;
    -- It has seen nothing yet, or shall see everything anew.
    DELETE FROM @extschema@.loaded WHERE transform = add_transform.name;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.add_transform(text, text, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.add_transform(text, text, text, text[]) IS
    'a statement of your own in every refresh: $1 = the instance, $2 and $3 = the landing ids that are new (after $2, up to $3)';
