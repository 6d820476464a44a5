CREATE FUNCTION @extschema@.landed_categories(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_category_id bigint,
        name text,
        idnumber text,
        description text,
        descriptionformat bigint,
        parent bigint,
        depth bigint,
        path text,
        sortorder bigint,
        visible integer,
        visibleold integer,
        coursecount bigint,
        timemodified bigint,
        theme text,
        top_category_id bigint,
        second_category_id bigint,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.moodle_id,
           pg_catalog.jsonb_object_field_text(version.data_json, 'name'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'idnumber'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'description'),
           @extschema@.json_bigint(version.data_json, 'descriptionformat'),
           @extschema@.json_bigint(version.data_json, 'parent'),
           @extschema@.json_bigint(version.data_json, 'depth'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'path'),
           @extschema@.json_bigint(version.data_json, 'sortorder'),
           @extschema@.json_flag(version.data_json, 'visible'),
           @extschema@.json_flag(version.data_json, 'visibleold'),
           @extschema@.json_bigint(version.data_json, 'coursecount'),
           @extschema@.json_bigint(version.data_json, 'timemodified'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'theme'),
           pg_catalog.substring(
               pg_catalog.jsonb_object_field_text(version.data_json, 'path'),
               '^/([0-9]{1,18})')::pg_catalog.int8,
           pg_catalog.substring(
               pg_catalog.jsonb_object_field_text(version.data_json, 'path'),
               '^/[0-9]+/([0-9]{1,18})')::pg_catalog.int8,
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'category', $2, $3) version
    $$;

COMMENT ON FUNCTION @extschema@.landed_categories(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.categories in a range of ids, in its columns';
