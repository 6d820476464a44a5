-- As web services, which leave out what is empty, but for some fields, and give a profile field that
-- nobody filled in its default.
CREATE FUNCTION @extschema@.database_user(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT 0::bigint AS unit_id, person.id::text AS record_key, person.id::bigint AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(%s, %s, ''fullname'', person.firstname || '' '' || person.lastname,
                    ''confirmed'', person.confirmed = 1, ''suspended'', person.suspended = 1,
                    ''customfields'', %s)) AS served
         FROM %s person %s',
        @extschema@.site_fields(of_instance, 'user', 'person',
            'id username auth deleted idnumber institution city country address phone1 phone2 lang timezone mailformat trackforums descriptionformat firstaccess lastaccess timecreated timemodified',
            keep_empty => false),
        @extschema@.site_fields(of_instance, 'user', 'person', 'email firstname lastname department theme description'),
        CASE WHEN own.known THEN 'CASE WHEN own.fields IS NULL THEN usual.listed
                                   ELSE (SELECT jsonb_agg(jsonb_build_object(''shortname'', key, ''value'', value) ORDER BY key)
                                         FROM jsonb_each_text(usual.fields || own.fields) WHERE value <> '''') END'
             ELSE 'NULL' END,
        @extschema@.site_table(of_instance, 'user'),
        CASE WHEN own.known THEN format(
            'CROSS JOIN (SELECT coalesce(jsonb_object_agg(field.shortname, coalesce(%3$s, '''')), ''{}'') AS fields,
                                jsonb_agg(jsonb_build_object(''shortname'', field.shortname, ''value'', %3$s)
                                          ORDER BY field.shortname) FILTER (WHERE %3$s <> '''') AS listed
                         FROM %2$s field) usual
             LEFT JOIN (SELECT filled.userid, jsonb_object_agg(field.shortname, filled.data) AS fields
                        FROM %1$s filled JOIN %2$s field ON field.id = filled.fieldid
                        GROUP BY filled.userid) own ON own.userid = person.id',
            @extschema@.site_table(of_instance, 'user_info_data'),
            @extschema@.site_table(of_instance, 'user_info_field'),
            @extschema@.site_column(of_instance, 'user_info_field', 'field', 'defaultdata', 'NULL')) ELSE '' END)
    FROM (SELECT @extschema@.site_has(of_instance, 'user_info_field', 'user_info_data') AS known) own
    $$;

COMMENT ON FUNCTION @extschema@.database_user(text, bigint, bigint) IS
    'part of refresh(): the people of an attached database, deleted ones too, as a SELECT';
