CREATE FUNCTION @extschema@.database_enrolment_method(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT method.courseid::bigint AS unit_id, method.id::text AS record_key, method.id::bigint AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(%s) || jsonb_build_object(
                    ''type'', method.enrol, ''status'', method.status = 0)) AS served
         FROM %s method
         WHERE method.courseid >= %s AND method.courseid <= %s',
        @extschema@.site_fields(of_instance, 'enrol', 'method', 'id courseid name', keep_empty => false),
        @extschema@.site_table(of_instance, 'enrol'), low, high)
    $$;

COMMENT ON FUNCTION @extschema@.database_enrolment_method(text, bigint, bigint) IS
    'part of refresh(): the enrolment methods of a range of courses of an attached database, as a SELECT';
