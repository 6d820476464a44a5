-- However a row comes: from a refresh, from an attached database, by a transform of somebody's own. What
-- is to be done to which columns is said by the trigger, since a log has millions of rows.
CREATE FUNCTION @extschema@.guard_row() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    now_is CONSTANT jsonb := CASE WHEN TG_ARGV[0] <> 'forgotten' THEN to_jsonb(NEW) END;
    changes jsonb := '{}';
    name text;
    treatment text;
BEGIN
    IF TG_ARGV[0] = 'forgotten' THEN
        RETURN NULL;
    ELSIF TG_ARGV[0] = 'beside' THEN
        SELECT coalesce(jsonb_object_agg(column_of.name, nobody), '{}') INTO changes
        FROM @extschema@.person_columns(TG_RELID) column_of
        JOIN @extschema@.forgotten ON forgotten.instance = now_is ->> 'instance'
                                  AND forgotten.moodle_user_id::text = now_is ->> column_of.name
        WHERE NOT column_of.is_own;
    ELSE
        FOR nr IN 1 .. TG_NARGS - 1 BY 2 LOOP
            name := TG_ARGV[nr];
            treatment := TG_ARGV[nr + 1];
            CONTINUE WHEN now_is ->> name IS NULL;
            changes := changes || jsonb_build_object(name, CASE treatment
                WHEN 'pseudonym' THEN to_jsonb(@extschema@.pseudonym(now_is ->> 'instance', now_is ->> name))
                WHEN 'details' THEN @extschema@.private_details(now_is ->> 'instance', now_is -> name)
                -- Of a grade the site says by an empty one that there is none.
                ELSE CASE WHEN name = 'feedback' THEN to_jsonb(''::text) END END);
        END LOOP;
    END IF;
    RETURN jsonb_populate_record(NEW, changes);
END
$$;

COMMENT ON FUNCTION @extschema@.guard_row() IS
    'keeps the forgotten out of the warehouse, and others under their pseudonyms: trigger of apply_privacy()';
