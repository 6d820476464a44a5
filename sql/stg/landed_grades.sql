CREATE FUNCTION @extschema@.landed_grades(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_course_id bigint,
        moodle_user_id bigint,
        moodle_item_id bigint,
        rawgrade numeric,
        finalgrade numeric,
        rawgrademax numeric,
        rawgrademin numeric,
        timecreated bigint,
        timemodified bigint,
        feedback text,
        feedbackformat bigint,
        overridden integer,
        hidden integer,
        hiddenbydate integer,
        locked integer,
        needsupdate integer,
        status text,
        weight numeric,
        weightformatted text,
        gradeformatted text,
        lettergradeformatted text,
        percentageformatted text,
        rank bigint,
        numusers bigint,
        averageformatted text,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.unit_id,
           pg_catalog.split_part(version.record_key, ':', 2)::pg_catalog.int8,
           version.moodle_id,
           @extschema@.json_numeric(version.data_json, CASE WHEN version.data_json OPERATOR(pg_catalog.?) 'rawgrade'
                                                       THEN 'rawgrade' ELSE 'graderaw' END),
           @extschema@.json_numeric(version.data_json, 'graderaw'),
           @extschema@.json_numeric(version.data_json, 'grademax'),
           @extschema@.json_numeric(version.data_json, 'grademin'),
           @extschema@.json_bigint(version.data_json, 'gradedatesubmitted'),
           @extschema@.json_bigint(version.data_json, 'gradedategraded'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'feedback'),
           @extschema@.json_bigint(version.data_json, 'feedbackformat'),
           @extschema@.json_flag(version.data_json, 'gradeisoverridden'),
           @extschema@.json_flag(version.data_json, 'gradeishidden'),
           @extschema@.json_flag(version.data_json, 'gradehiddenbydate'),
           @extschema@.json_flag(version.data_json, 'gradeislocked'),
           @extschema@.json_flag(version.data_json, 'gradeneedsupdate'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'status'),
           @extschema@.json_numeric(version.data_json, 'weightraw'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'weightformatted'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'gradeformatted'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'lettergradeformatted'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'percentageformatted'),
           @extschema@.json_bigint(version.data_json, 'rank'),
           @extschema@.json_bigint(version.data_json, 'numusers'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'averageformatted'),
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'grade', $2, $3) version
    $$;

COMMENT ON FUNCTION @extschema@.landed_grades(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.grades in a range of ids, in its columns';
