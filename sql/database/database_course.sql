CREATE FUNCTION @extschema@.database_course(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT 0::bigint AS unit_id, course.id::text AS record_key, course.id::bigint AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(%s) || jsonb_build_object(
                    ''categoryid'', course.category, ''fullname'', @extschema@.site_name(course.fullname),
                    ''displayname'', @extschema@.site_name(course.fullname),
                    ''shortname'', @extschema@.site_name(course.shortname),
                    ''enrollmentmethods'', coalesce(method.types, ''[]''))) AS served
         FROM %s course
         LEFT JOIN (SELECT courseid, jsonb_agg(enrol ORDER BY id) AS types
                    FROM %s WHERE status = 0 GROUP BY courseid) method ON method.courseid = course.id',
        @extschema@.site_fields(of_instance, 'course', 'course',
            'id idnumber format visible sortorder summary summaryformat startdate enddate timecreated timemodified enablecompletion completionnotify showgrades showreports showactivitydates showcompletionconditions groupmode groupmodeforce defaultgroupingid newsitems maxbytes lang theme'),
        @extschema@.site_table(of_instance, 'course'), @extschema@.site_table(of_instance, 'enrol'))
    $$;

COMMENT ON FUNCTION @extschema@.database_course(text, bigint, bigint) IS
    'part of refresh(): the courses of an attached database, as a SELECT';
