-- What has changed since the last time, less an hour for what was written late; what the site has
-- deleted is looked for where their numbers differ.
CREATE FUNCTION @extschema@.load_submissions(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF NOT @extschema@.site_has(of_instance, 'assign_submission', 'assign') THEN
        RETURN 0;
    END IF;
    RETURN @extschema@.load_changed(of_instance, 'submissions', '{submission_id}', 'modified_at', format(
        'SELECT part.id AS submission_id, owner.course AS moodle_course_id,
                part.assignment AS assignment_id, part.userid AS moodle_user_id, part.groupid AS group_id,
                part.attemptnumber::integer AS attempt, coalesce(part.status, ''new'')::text AS status,
                part.latest = 1 AS is_latest, @extschema@.epoch_at(part.timecreated) AS created_at,
                @extschema@.epoch_at(part.timemodified) AS modified_at, part.timemodified AS changed
         FROM %s part JOIN %s owner ON owner.id = part.assignment',
        @extschema@.site_table(of_instance, 'assign_submission'), @extschema@.site_table(of_instance, 'assign')));
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_submissions(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_submissions(text) IS
    'brings moodle_stg.submissions up to the site''s database; the rows written';
