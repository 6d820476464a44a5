CREATE FUNCTION @extschema@.landed_courses(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_course_id bigint,
        shortname text,
        fullname text,
        displayname text,
        idnumber text,
        categoryid bigint,
        format text,
        visible integer,
        sortorder bigint,
        summary text,
        summaryformat bigint,
        startdate bigint,
        enddate bigint,
        timecreated bigint,
        timemodified bigint,
        enablecompletion integer,
        completionnotify integer,
        showgrades integer,
        showreports integer,
        showactivitydates integer,
        showcompletionconditions integer,
        groupmode bigint,
        groupmodeforce integer,
        defaultgroupingid bigint,
        newsitems bigint,
        maxbytes bigint,
        lang text,
        theme text,
        courseimage text,
        enrolmentmethods jsonb,
        contacts jsonb,
        customfields jsonb,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.moodle_id,
           pg_catalog.jsonb_object_field_text(version.data_json, 'shortname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'fullname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'displayname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'idnumber'),
           @extschema@.json_bigint(version.data_json, 'categoryid'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'format'),
           @extschema@.json_flag(version.data_json, 'visible'),
           coalesce(@extschema@.json_bigint(version.data_json, 'sortorder'),
                    @extschema@.json_bigint(version.data_json, 'categorysortorder')),
           pg_catalog.jsonb_object_field_text(version.data_json, 'summary'),
           @extschema@.json_bigint(version.data_json, 'summaryformat'),
           @extschema@.json_bigint(version.data_json, 'startdate'),
           @extschema@.json_bigint(version.data_json, 'enddate'),
           @extschema@.json_bigint(version.data_json, 'timecreated'),
           @extschema@.json_bigint(version.data_json, 'timemodified'),
           @extschema@.json_flag(version.data_json, 'enablecompletion'),
           @extschema@.json_flag(version.data_json, 'completionnotify'),
           @extschema@.json_flag(version.data_json, 'showgrades'),
           @extschema@.json_flag(version.data_json, 'showreports'),
           @extschema@.json_flag(version.data_json, 'showactivitydates'),
           @extschema@.json_flag(version.data_json, 'showcompletionconditions'),
           @extschema@.json_bigint(version.data_json, 'groupmode'),
           @extschema@.json_flag(version.data_json, 'groupmodeforce'),
           @extschema@.json_bigint(version.data_json, 'defaultgroupingid'),
           @extschema@.json_bigint(version.data_json, 'newsitems'),
           @extschema@.json_bigint(version.data_json, 'maxbytes'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'lang'),
           coalesce(pg_catalog.jsonb_object_field_text(version.data_json, 'theme'),
                    pg_catalog.jsonb_object_field_text(version.data_json, 'forcetheme')),
           pg_catalog.jsonb_object_field_text(version.data_json, 'courseimage'),
           pg_catalog.jsonb_object_field(version.data_json, 'enrollmentmethods'),
           pg_catalog.jsonb_object_field(version.data_json, 'contacts'),
           (SELECT pg_catalog.jsonb_object_agg(field.value OPERATOR(pg_catalog.->>) 'shortname',
                                               field.value OPERATOR(pg_catalog.->) 'value')
            FROM pg_catalog.jsonb_array_elements(
                     CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'customfields')
                               OPERATOR(pg_catalog.=) 'array'
                     THEN version.data_json OPERATOR(pg_catalog.->) 'customfields' END) field
            WHERE pg_catalog.jsonb_typeof(field.value OPERATOR(pg_catalog.->) 'shortname')
                  OPERATOR(pg_catalog.=) 'string'),
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'course', $2, $3) version
    $$;

COMMENT ON FUNCTION @extschema@.landed_courses(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.courses in a range of ids, in its columns';
