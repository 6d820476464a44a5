CREATE FUNCTION @extschema@.private_contacts(of_instance text, contacts jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    is_pseudonymised CONSTANT boolean := EXISTS (SELECT FROM @extschema@.pseudonymised WHERE instance = of_instance);
BEGIN
    IF jsonb_typeof(contacts) IS DISTINCT FROM 'array' THEN
        RETURN contacts;
    END IF;
    RETURN coalesce((
        SELECT jsonb_agg(CASE WHEN is_pseudonymised AND jsonb_typeof(one.person) = 'object'
                              THEN jsonb_build_object('id', one.person -> 'id', 'fullname',
                                                      @extschema@.pseudonym(of_instance, one.person ->> 'fullname'))
                              ELSE one.person END ORDER BY one.place)
        FROM jsonb_array_elements(contacts) WITH ORDINALITY one(person, place)
        WHERE NOT EXISTS (SELECT FROM @extschema@.forgotten
                          WHERE instance = of_instance AND moodle_user_id::text = one.person ->> 'id')), '[]');
END
$$;

COMMENT ON FUNCTION @extschema@.private_contacts(text, jsonb) IS
    'part of private_record(): the people that a course names';
