CREATE FUNCTION @extschema@.database_category(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT 0::bigint AS unit_id, category.id::text AS record_key, category.id::bigint AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(%s)
                    || jsonb_build_object(''name'', @extschema@.site_name(category.name),
                                          ''description'', coalesce(%s, ''''),
                                          ''theme'', coalesce(%s, ''''))) AS served
         FROM %s category',
        @extschema@.site_fields(of_instance, 'course_categories', 'category',
            'id idnumber descriptionformat parent depth path sortorder visible visibleold coursecount timemodified'),
        @extschema@.site_column(of_instance, 'course_categories', 'category', 'description', 'NULL'),
        @extschema@.site_column(of_instance, 'course_categories', 'category', 'theme', 'NULL'),
        @extschema@.site_table(of_instance, 'course_categories'))
    $$;

COMMENT ON FUNCTION @extschema@.database_category(text, bigint, bigint) IS
    'part of refresh(): the categories of an attached database, as a SELECT';
