-- The columns of a table of people that pseudonymise() changes.
CREATE FUNCTION @extschema@.private_columns(of_relation regclass)
    RETURNS TABLE (name text, treatment text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT attname::text,
           CASE WHEN attname = 'other' THEN 'details' ELSE known.treatment END
    FROM @extschema@.access_columns(of_relation) has
    JOIN pg_attribute ON attrelid = of_relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    LEFT JOIN @extschema@.personal_fields() known ON known.name = attname
    WHERE has.instance_column IS NOT NULL AND has.user_column IS NOT NULL
      AND CASE WHEN attname = 'other' THEN atttypid = 'jsonb'::regtype
               WHEN known.treatment = 'pseudonym' THEN atttypid = 'text'::regtype
               ELSE known.treatment = 'remove' AND NOT attnotnull END
    $$;

COMMENT ON FUNCTION @extschema@.private_columns(regclass) IS
    'part of pseudonymise(): the columns of a table that tell who somebody is';
