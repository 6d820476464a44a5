CREATE FUNCTION @extschema@.landed_grade_items(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_course_id bigint,
        moodle_item_id bigint,
        itemname text,
        itemtype text,
        itemmodule text,
        iteminstance bigint,
        itemnumber bigint,
        gradetype bigint,
        grademax numeric,
        grademin numeric,
        rangeformatted text,
        idnumber text,
        categoryid bigint,
        outcomeid bigint,
        scaleid bigint,
        cmid bigint,
        weight numeric,
        weightformatted text,
        hidden integer,
        locked integer,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.unit_id,
           version.moodle_id,
           pg_catalog.jsonb_object_field_text(version.data_json, 'itemname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'itemtype'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'itemmodule'),
           @extschema@.json_bigint(version.data_json, 'iteminstance'),
           @extschema@.json_bigint(version.data_json, 'itemnumber'),
           @extschema@.json_bigint(version.data_json, 'gradetype'),
           @extschema@.json_numeric(version.data_json, 'grademax'),
           @extschema@.json_numeric(version.data_json, 'grademin'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'rangeformatted'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'idnumber'),
           @extschema@.json_bigint(version.data_json, 'categoryid'),
           @extschema@.json_bigint(version.data_json, 'outcomeid'),
           @extschema@.json_bigint(version.data_json, CASE WHEN version.data_json OPERATOR(pg_catalog.?) 'gradetype'
                                                          THEN 'scale' ELSE 'scaleid' END),
           @extschema@.json_bigint(version.data_json, 'cmid'),
           @extschema@.json_numeric(version.data_json, 'weightraw'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'weightformatted'),
           @extschema@.json_flag(version.data_json, 'hidden'),
           @extschema@.json_flag(version.data_json, 'locked'),
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'grade_item', $2, $3) version
    $$;

COMMENT ON FUNCTION @extschema@.landed_grade_items(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.grade_items in a range of ids, in its columns';
