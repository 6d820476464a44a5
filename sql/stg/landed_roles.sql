CREATE FUNCTION @extschema@.landed_roles(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_role_id bigint,
        shortname text,
        name text,
        archetype text,
        sortorder bigint,
        description text,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.record_key::pg_catalog.int8,
           pg_catalog.jsonb_object_field_text(version.data_json, 'shortname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'name'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'archetype'),
           CASE WHEN version.data_json OPERATOR(pg_catalog.?) 'roleid'
                THEN nullif(@extschema@.json_bigint(version.data_json, 'sortorder'), 0)
                ELSE @extschema@.json_bigint(version.data_json, 'sortorder') END,
           pg_catalog.jsonb_object_field_text(version.data_json, 'description'),
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'role', $2, $3) version
    $$;

COMMENT ON FUNCTION @extschema@.landed_roles(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.roles in a range of ids, in its columns';
