CREATE FUNCTION @extschema@.landed_enrolment_methods(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        method_id bigint,
        moodle_course_id bigint,
        type text,
        name text,
        enabled integer,
        problem text,
        wsfunction text,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.moodle_id,
           version.unit_id,
           pg_catalog.jsonb_object_field_text(version.data_json, 'type'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'name'),
           CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'status') OPERATOR(pg_catalog.=) 'string'
                THEN coalesce(@extschema@.json_flag(version.data_json, 'status'), 0)
                ELSE @extschema@.json_flag(version.data_json, 'status') END,
           CASE WHEN @extschema@.json_flag(version.data_json, 'status') IS NULL
                THEN pg_catalog.jsonb_object_field_text(version.data_json, 'status') END,
           pg_catalog.jsonb_object_field_text(version.data_json, 'wsfunction'),
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'enrolment_method', $2, $3) version
    $$;

COMMENT ON FUNCTION @extschema@.landed_enrolment_methods(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.enrolment_methods in a range of ids, in its columns';
