-- A batch of versions of grades behind the last one, and those that were written late, with smaller
-- ids, an hour before it; whether there is more. Each grade that has a new version gets its steps anew.
CREATE FUNCTION @extschema@.load_grade_history(of_instance text, batch integer DEFAULT 100000) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off
    AS $$
DECLARE
    history CONSTANT text := @extschema@.site_table(of_instance, 'grade_grades_history');
    begun CONSTANT timestamptz := clock_timestamp();
    mark @extschema@.analytics_loaded;
    first_id bigint;
    newest bigint;
    written bigint;
BEGIN
    IF NOT @extschema@.site_has(of_instance, 'grade_grades_history', 'grade_items') THEN
        RETURN 0;
    END IF;
    INSERT INTO @extschema@.analytics_loaded (instance, source) VALUES (of_instance, 'grade_history')
    ON CONFLICT DO NOTHING;
    SELECT * INTO mark FROM @extschema@.analytics_loaded
    WHERE instance = of_instance AND source = 'grade_history' FOR UPDATE;
    EXECUTE format('SELECT min(id) FROM %s WHERE id > $1', history) INTO first_id USING mark.last_id;
    IF first_id IS NOT NULL THEN
        EXECUTE format('SELECT max(id), max(timemodified) FROM %s WHERE id > $1 AND id < $2', history)
        INTO newest, mark.last_epoch USING mark.last_id, first_id + batch;
    END IF;
    written := @extschema@.merge_site_rows(of_instance, 'grade_history', '{history_id}', format(
        'SELECT part.id AS history_id, coalesce(item.courseid, 0) AS moodle_course_id,
                part.itemid AS moodle_item_id, part.userid AS moodle_user_id, part.oldid AS grade_id,
                item.itemtype::text AS itemtype,
                part.action::integer AS action, part.source::text AS source,
                nullif(part.loggeduser, 0) AS changed_by, part.finalgrade, part.rawgrademin AS grademin,
                part.rawgrademax AS grademax, part.overridden > 0 AS overridden,
                coalesce(part.feedback, '''') <> '''' AS has_feedback,
                @extschema@.epoch_at(part.timemodified) AS changed_at
         FROM %s part LEFT JOIN %s item ON item.id = part.itemid
         WHERE %s', history, @extschema@.site_table(of_instance, 'grade_items'),
        CASE WHEN first_id IS NULL
             THEN format('part.timemodified >= %s AND part.id <= %s AND part.id > %s',
                         mark.last_epoch - 3600, mark.last_id, mark.last_id - batch)
             ELSE format('part.id > %s AND part.id < %s', mark.last_id, first_id + batch) END), 'changed_at');
    IF written > 0 THEN
        PERFORM @extschema@.build_grade_steps(of_instance, begun);
    END IF;
    IF first_id IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE @extschema@.analytics_loaded SET last_id = newest, last_epoch = greatest(last_epoch, mark.last_epoch)
    WHERE instance = of_instance AND source = 'grade_history';
    RETURN greatest(written, 1);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_grade_history(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_grade_history(text, integer) IS
    'adds the next versions of grades from the site''s database to moodle_stg.grade_history, and what they changed to moodle_mart.grade_steps; the rows written, 0 = no more';
