-- Thousands of rows, read whole. Of the calendar: entries of a course or a group that somebody wrote;
-- those that activities make stand for the activities. Where nothing can be handed in, nothing is due.
CREATE FUNCTION @extschema@.load_due_dates(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    parts text[] := '{}';
    activity CONSTANT text :=
        'SELECT %L::text AS kind, part.id AS activity_id, part.course AS moodle_course_id,
                module.moodle_module_id, NULL::bigint AS group_id, part.name::text AS name,
                @extschema@.epoch_at(part.%I) AS opens_at, @extschema@.epoch_at(part.%I) AS due_at,
                @extschema@.epoch_at(part.%I) AS closes_at,
                coalesce(module.visible = 1 AND NOT module.is_gone, false) AS is_visible
         FROM %s part
         LEFT JOIN moodle_stg.modules module
             ON module.instance = %L AND module.component = %L AND module.activity_id = part.id
            AND module.moodle_course_id = part.course
         WHERE part.%I > 0';
BEGIN
    IF @extschema@.site_has(of_instance, 'assign') THEN
        parts := parts || (format(activity, 'assignment', 'allowsubmissionsfromdate', 'duedate', 'cutoffdate',
                                  @extschema@.site_table(of_instance, 'assign'), of_instance, 'mod_assign',
                                  'duedate') || ' AND part.nosubmissions = 0');
    END IF;
    IF @extschema@.site_has(of_instance, 'quiz') THEN
        parts := parts || format(activity, 'quiz', 'timeopen', 'timeclose', 'timeclose',
                                 @extschema@.site_table(of_instance, 'quiz'), of_instance, 'mod_quiz', 'timeclose');
    END IF;
    IF @extschema@.site_has(of_instance, 'event') THEN
        parts := parts || format(
            'SELECT ''calendar''::text AS kind, part.id AS activity_id, part.courseid AS moodle_course_id,
                    NULL::bigint AS moodle_module_id, nullif(part.groupid, 0) AS group_id,
                    part.name::text AS name, NULL::timestamptz AS opens_at,
                    @extschema@.epoch_at(part.timestart) AS due_at,
                    @extschema@.epoch_at(part.timestart + part.timeduration) AS closes_at,
                    part.visible = 1 AS is_visible
             FROM %s part
             WHERE part.eventtype IN (''course'', ''group'') AND coalesce(part.modulename, ''0'') IN ('''', ''0'')
               AND part.courseid > 1 AND part.timestart > 0',
            @extschema@.site_table(of_instance, 'event'));
    END IF;
    IF parts = '{}' THEN
        RETURN 0;
    END IF;
    RETURN @extschema@.merge_site_rows(of_instance, 'due_dates', '{kind,activity_id}',
        'SELECT DISTINCT ON (kind, activity_id) * FROM (' || array_to_string(parts, ' UNION ALL ')
        || ') due WHERE due_at IS NOT NULL ORDER BY kind, activity_id, moodle_module_id', whole => true);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_due_dates(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_due_dates(text) IS
    'brings moodle_stg.due_dates up to the site''s database; the rows written';
