-- Of what an event tells besides, that which names people.
CREATE FUNCTION @extschema@.private_details(of_instance text, details jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT CASE WHEN jsonb_typeof(details) = 'object' THEN
               (SELECT coalesce(jsonb_object_agg(field.key,
                           CASE known.treatment WHEN 'pseudonym'
                                THEN to_jsonb(@extschema@.pseudonym(of_instance, field.value #>> '{}'))
                                ELSE field.value END), '{}')
                FROM jsonb_each(details) field
                LEFT JOIN @extschema@.personal_fields() known ON known.name = field.key
                WHERE known.treatment IS DISTINCT FROM 'remove')
           ELSE details END
    $$;

COMMENT ON FUNCTION @extschema@.private_details(text, jsonb) IS
    'part of pseudonymise(): other of an event without what names people';
