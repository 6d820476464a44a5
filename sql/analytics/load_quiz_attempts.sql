CREATE FUNCTION @extschema@.load_quiz_attempts(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF NOT @extschema@.site_has(of_instance, 'quiz_attempts', 'quiz') THEN
        RETURN 0;
    END IF;
    RETURN @extschema@.load_changed(of_instance, 'quiz_attempts', '{attempt_id}', 'finished_at', format(
        'SELECT part.id AS attempt_id, owner.course AS moodle_course_id, part.quiz AS quiz_id,
                part.userid AS moodle_user_id, part.attempt::integer AS attempt, part.state::text AS state,
                @extschema@.epoch_at(part.timestart) AS started_at,
                @extschema@.epoch_at(part.timefinish) AS finished_at, part.timemodified AS changed
         FROM %s part JOIN %s owner ON owner.id = part.quiz
         WHERE part.preview = 0',
        @extschema@.site_table(of_instance, 'quiz_attempts'), @extschema@.site_table(of_instance, 'quiz')));
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_quiz_attempts(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_quiz_attempts(text) IS
    'brings moodle_stg.quiz_attempts up to the site''s database; the rows written';
