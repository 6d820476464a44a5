-- The columns of a table that say whose its rows are, by the names in use here.
CREATE FUNCTION @extschema@.access_columns(of_relation regclass,
        OUT instance_column text, OUT course_column text, OUT user_column text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT min(attname::text) FILTER (WHERE attname = 'instance' AND atttypid = 'text'::regtype),
           (array_agg(attname::text ORDER BY array_position('{moodle_course_id,course_id,courseid,course}', attname::text))
            FILTER (WHERE attname IN ('moodle_course_id', 'course_id', 'courseid', 'course')
                      AND atttypid IN ('bigint'::regtype, 'integer'::regtype)))[1],
           (array_agg(attname::text ORDER BY array_position('{moodle_user_id,user_id,userid}', attname::text))
            FILTER (WHERE attname IN ('moodle_user_id', 'user_id', 'userid')
                      AND atttypid IN ('bigint'::regtype, 'integer'::regtype)))[1]
    FROM pg_attribute
    WHERE attrelid = of_relation AND attnum > 0 AND NOT attisdropped
    $$;

COMMENT ON FUNCTION @extschema@.access_columns(regclass) IS
    'part of apply_access(): the columns that say of which instance, course and person a row is';
