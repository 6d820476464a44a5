-- Web services say an outcome where they mean a scale, so the scale has a name of its own.
CREATE FUNCTION @extschema@.database_grade_item(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT item.courseid::bigint AS unit_id, item.courseid || '':'' || item.id AS record_key,
                item.id::bigint AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(%s) || jsonb_build_object(
                    ''cmid'', module.id, ''scale'', %s, ''locked'', item.locked > 0,
                    ''hidden'', item.hidden = 1 OR item.hidden > %s)) AS served
         FROM %s item
         LEFT JOIN (SELECT place.id, place.course, place.instance, kind.name
                    FROM %s place JOIN %s kind ON kind.id = place.module
                    WHERE place.course >= %s AND place.course <= %s) module
                ON module.course = item.courseid AND module.name = item.itemmodule
               AND module.instance = item.iteminstance
         WHERE item.courseid >= %s AND item.courseid <= %s',
        @extschema@.site_fields(of_instance, 'grade_items', 'item',
            'id itemname itemtype itemmodule iteminstance itemnumber idnumber categoryid outcomeid gradetype grademax grademin gradepass sortorder'),
        @extschema@.site_column(of_instance, 'grade_items', 'item', 'scaleid', 'NULL'),
        extract(epoch FROM now())::bigint,
        @extschema@.site_table(of_instance, 'grade_items'),
        @extschema@.site_table(of_instance, 'course_modules'), @extschema@.site_table(of_instance, 'modules'),
        low, high, low, high)
    WHERE @extschema@.site_has(of_instance, 'grade_items')
    $$;

COMMENT ON FUNCTION @extschema@.database_grade_item(text, bigint, bigint) IS
    'part of refresh(): the grade items of a range of courses of an attached database, as a SELECT; NULL = there is no such table';
