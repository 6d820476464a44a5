-- A record as it may be kept. Of a person's own record what is not known to be harmless goes: sites
-- add fields.
CREATE FUNCTION @extschema@.private_record(of_instance text, of_entity text, record jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- Those of an attached database have the shape of those of web services.
    same_as CONSTANT text := regexp_replace(of_entity, '^db_', '');
    is_pseudonymised CONSTANT boolean := EXISTS (SELECT FROM @extschema@.pseudonymised WHERE instance = of_instance);
BEGIN
    IF same_as = 'course' AND jsonb_typeof(record -> 'contacts') = 'array' THEN
        record := jsonb_set(record, '{contacts}', @extschema@.private_contacts(of_instance, record -> 'contacts'));
    ELSIF NOT is_pseudonymised OR jsonb_typeof(record) IS DISTINCT FROM 'object' THEN
        RETURN record;
    ELSIF same_as = 'grade' AND record ->> 'feedback' <> '' THEN
        record := jsonb_set(record, '{feedback}', '""');
    ELSIF same_as IN ('user', 'enrolment') THEN
        SELECT jsonb_object_agg(field.key,
                   CASE known.treatment WHEN 'pseudonym'
                        THEN to_jsonb(@extschema@.pseudonym(of_instance, field.value #>> '{}'))
                        ELSE field.value END)
        INTO record
        FROM jsonb_each(record) field
        LEFT JOIN @extschema@.personal_fields() known ON known.name = field.key
        WHERE known.treatment = 'pseudonym'
           OR field.key = ANY ('{id,auth,suspended,confirmed,deleted,lang,theme,timezone,calendartype,mailformat,
                                 trackforums,descriptionformat,firstaccess,lastaccess,lastcourseaccess,
                                 department,institution,city,country,roles,groups,enrolledcourses,reason,
                                 status,method,methods,timestart,timeend,timecreated,timemodified}'::text[]);
    END IF;
    RETURN record;
END
$$;

COMMENT ON FUNCTION @extschema@.private_record(text, text, jsonb) IS
    'a record without the forgotten and, where the instance is pseudonymised, with pseudonyms';
