-- The columns of a table that say of whom a row is. is_own: without that person there is no row; the
-- others name somebody besides, and have `nobody` instead.
CREATE FUNCTION @extschema@.person_columns(of_relation regclass)
    RETURNS TABLE (name text, is_own boolean, nobody bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT attname::text,
           -- Without who was logged in, an event would say that the person did it himself.
           attname = has.user_column OR attname = 'real_user_id',
           CASE WHEN attnotnull THEN 0 END
    FROM @extschema@.access_columns(of_relation) has
    JOIN pg_attribute ON attrelid = of_relation AND attnum > 0 AND NOT attisdropped
    WHERE has.instance_column IS NOT NULL AND atttypid IN ('bigint'::regtype, 'integer'::regtype)
      AND attname ~ '(^|_)(user_?id|grader_id|teacher_id|author_id|changed_by|modified_by|created_by)$'
    $$;

COMMENT ON FUNCTION @extschema@.person_columns(regclass) IS
    'part of forget_user(): the columns of a table that name people';
