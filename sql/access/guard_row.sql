-- However a row comes: from a refresh, from an attached database, by a transform of somebody's own.
CREATE FUNCTION @extschema@.guard_row() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    now_is CONSTANT jsonb := to_jsonb(NEW);
    changes jsonb := '{}';
    one record;
BEGIN
    IF TG_ARGV[0] = 'forgotten' THEN
        RETURN NULL;
    ELSIF TG_ARGV[0] = 'beside' THEN
        SELECT coalesce(jsonb_object_agg(name, nobody), '{}') INTO changes
        FROM @extschema@.person_columns(TG_RELID) column_of
        JOIN @extschema@.forgotten ON forgotten.instance = now_is ->> 'instance'
                                  AND forgotten.moodle_user_id::text = now_is ->> column_of.name
        WHERE NOT column_of.is_own;
    ELSE
        FOR one IN SELECT * FROM @extschema@.private_columns(TG_RELID) LOOP
            changes := changes || jsonb_build_object(one.name, CASE one.treatment
                WHEN 'pseudonym' THEN to_jsonb(@extschema@.pseudonym(now_is ->> 'instance', now_is ->> one.name))
                WHEN 'details' THEN @extschema@.private_details(now_is ->> 'instance', now_is -> one.name)
                -- Of a grade the site says by an empty one that there is none.
                ELSE CASE WHEN one.name = 'feedback' AND now_is ->> 'feedback' IS NOT NULL THEN to_jsonb(''::text) END END);
        END LOOP;
    END IF;
    RETURN jsonb_populate_record(NEW, changes);
END
$$;

COMMENT ON FUNCTION @extschema@.guard_row() IS
    'keeps the forgotten out of the warehouse, and others under their pseudonyms: trigger of apply_privacy()';
