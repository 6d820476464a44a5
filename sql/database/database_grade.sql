-- The bounds of a grade are those of its item; a total has its own, since not everybody's is out of
-- the same. What is hidden until a date is hidden by that date.
CREATE FUNCTION @extschema@.database_grade(of_instance text, low bigint, high bigint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT item.courseid::bigint AS unit_id, concat_ws('':'', item.courseid, given.userid, item.id) AS record_key,
                item.id::bigint AS moodle_id,
                jsonb_strip_nulls(jsonb_build_object(
                    ''id'', item.id, ''itemtype'', item.itemtype, ''itemmodule'', item.itemmodule,
                    ''graderaw'', trim_scale(given.finalgrade::numeric),
                    ''grademin'', trim_scale(CASE WHEN item.itemtype IN (''course'', ''category'')
                                             THEN given.rawgrademin ELSE item.grademin END::numeric),
                    ''grademax'', trim_scale(CASE WHEN item.itemtype IN (''course'', ''category'')
                                             THEN given.rawgrademax ELSE item.grademax END::numeric),
                    ''gradedatesubmitted'', given.timecreated,
                    ''gradedategraded'', CASE WHEN given.finalgrade IS NULL AND given.feedback IS NULL THEN NULL
                                              WHEN given.overridden > 0 THEN given.overridden
                                              ELSE given.timemodified END,
                    ''feedback'', coalesce(given.feedback, ''''), ''feedbackformat'', %6$s,
                    ''gradeisoverridden'', given.overridden > 0,
                    ''gradeishidden'', given.hidden = 1 OR given.hidden > %1$s OR item.hidden = 1 OR item.hidden > %1$s,
                    ''gradehiddenbydate'', given.hidden > 1,
                    ''gradeislocked'', given.locked > 0 OR item.locked > 0,
                    ''gradeneedsupdate'', %7$s > 0,
                    ''status'', CASE WHEN %8$s NOT IN (''unknown'', ''used'') THEN %8$s END))
                    || jsonb_build_object(''rawgrade'', trim_scale(given.rawgrade::numeric)) AS served
         FROM %2$s given JOIN %3$s item ON item.id = given.itemid
         WHERE item.courseid >= %4$s AND item.courseid <= %5$s',
        extract(epoch FROM now())::bigint,
        @extschema@.site_table(of_instance, 'grade_grades'), @extschema@.site_table(of_instance, 'grade_items'),
        low, high, @extschema@.site_column(of_instance, 'grade_grades', 'given', 'feedbackformat', 'NULL'),
        @extschema@.site_column(of_instance, 'grade_items', 'item', 'needsupdate', '0'),
        @extschema@.site_column(of_instance, 'grade_grades', 'given', 'aggregationstatus', 'NULL'))
    WHERE @extschema@.site_has(of_instance, 'grade_items', 'grade_grades')
    $$;

COMMENT ON FUNCTION @extschema@.database_grade(text, bigint, bigint) IS
    'part of refresh(): the grades of a range of courses of an attached database, as a SELECT; NULL = there is no such table';
