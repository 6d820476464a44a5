CREATE FUNCTION @extschema@.landed_users(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_user_id bigint,
        username text,
        email text,
        firstname text,
        lastname text,
        fullname text,
        auth text,
        confirmed integer,
        suspended integer,
        deleted integer,
        idnumber text,
        department text,
        institution text,
        city text,
        country text,
        address text,
        phone1 text,
        phone2 text,
        lang text,
        timezone text,
        theme text,
        calendartype text,
        mailformat bigint,
        trackforums integer,
        interests text,
        description text,
        descriptionformat bigint,
        profileimageurl text,
        profileimageurlsmall text,
        firstaccess bigint,
        lastaccess bigint,
        customfields jsonb,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.moodle_id,
           pg_catalog.jsonb_object_field_text(version.data_json, 'username'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'email'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'firstname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'lastname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'fullname'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'auth'),
           @extschema@.json_flag(version.data_json, 'confirmed'),
           @extschema@.json_flag(version.data_json, 'suspended'),
           CASE WHEN version.is_deleted THEN 1
                ELSE coalesce(@extschema@.json_flag(version.data_json, 'deleted'), 0) END,
           pg_catalog.jsonb_object_field_text(version.data_json, 'idnumber'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'department'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'institution'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'city'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'country'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'address'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'phone1'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'phone2'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'lang'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'timezone'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'theme'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'calendartype'),
           @extschema@.json_bigint(version.data_json, 'mailformat'),
           @extschema@.json_flag(version.data_json, 'trackforums'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'interests'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'description'),
           @extschema@.json_bigint(version.data_json, 'descriptionformat'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'profileimageurl'),
           pg_catalog.jsonb_object_field_text(version.data_json, 'profileimageurlsmall'),
           @extschema@.json_bigint(version.data_json, 'firstaccess'),
           @extschema@.json_bigint(version.data_json, 'lastaccess'),
           (SELECT pg_catalog.jsonb_object_agg(field.value OPERATOR(pg_catalog.->>) 'shortname',
                                               field.value OPERATOR(pg_catalog.->) 'value')
            FROM pg_catalog.jsonb_array_elements(
                     CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'customfields')
                               OPERATOR(pg_catalog.=) 'array'
                     THEN version.data_json OPERATOR(pg_catalog.->) 'customfields' END) field
            WHERE pg_catalog.jsonb_typeof(field.value OPERATOR(pg_catalog.->) 'shortname')
                  OPERATOR(pg_catalog.=) 'string'),
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'user', $2, $3) version
    $$;

COMMENT ON FUNCTION @extschema@.landed_users(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.users in a range of ids, in its columns';
