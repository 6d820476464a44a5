-- How what is known of people is treated, by the names that fields and columns have.
CREATE FUNCTION @extschema@.personal_fields() RETURNS TABLE (name text, treatment text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT name, 'pseudonym'
    FROM unnest('{username,email,firstname,lastname,fullname,idnumber}'::text[]) name
    UNION ALL
    SELECT name, 'remove'
    FROM unnest('{address,phone1,phone2,interests,description,profileimageurl,profileimageurlsmall,
                  customfields,feedback,ip}'::text[]) name
    $$;

COMMENT ON FUNCTION @extschema@.personal_fields() IS
    'which fields of a person pseudonymise() gives pseudonyms, and which it takes away';
