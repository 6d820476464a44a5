CREATE FUNCTION @extschema@.landed_enrolments(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_course_id bigint,
        moodle_user_id bigint,
        roleid_moodle bigint,
        role_shortname text,
        roles bigint[],
        role_shortnames text[],
        status integer,
        timecreated bigint,
        timemodified bigint,
        timestart bigint,
        timeend bigint,
        method text,
        methods text[],
        lastcourseaccess bigint,
        groups jsonb,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.unit_id,
           version.moodle_id,
           ranked.roles[1],
           ranked.shortnames[1],
           CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'roles')
                     OPERATOR(pg_catalog.=) 'array' THEN coalesce(ranked.roles, '{}') END,
           CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'roles')
                     OPERATOR(pg_catalog.=) 'array' THEN coalesce(ranked.shortnames, '{}') END,
           @extschema@.json_flag(version.data_json, 'status'),
           @extschema@.json_bigint(version.data_json, 'timecreated'),
           @extschema@.json_bigint(version.data_json, 'timemodified'),
           @extschema@.json_bigint(version.data_json, 'timestart'),
           @extschema@.json_bigint(version.data_json, 'timeend'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'method'),
           CASE WHEN version.data_json OPERATOR(pg_catalog.?) 'methods'
                THEN ARRAY(SELECT pg_catalog.jsonb_array_elements_text(
                               version.data_json OPERATOR(pg_catalog.->) 'methods')) END,
           @extschema@.json_bigint(version.data_json, 'lastcourseaccess'),
           pg_catalog.jsonb_object_field(version.data_json, 'groups'),
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'enrolment', $2, $3) version
    CROSS JOIN LATERAL (
        SELECT pg_catalog.array_agg(role.id ORDER BY role.rank, role.id) AS roles,
               pg_catalog.array_agg(role.shortname ORDER BY role.rank, role.id) AS shortnames
        FROM @extschema@.ranked_roles(
                 $1, version.data_json OPERATOR(pg_catalog.->) 'roles') role) ranked
    $$;

COMMENT ON FUNCTION @extschema@.landed_enrolments(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.enrolments in a range of ids, in its columns';
