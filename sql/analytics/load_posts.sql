-- An answer changes what is known of the week in which its discussion was opened, too.
CREATE FUNCTION @extschema@.load_posts(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    begun CONSTANT timestamptz := clock_timestamp();
    written bigint;
BEGIN
    IF NOT @extschema@.site_has(of_instance, 'forum_posts', 'forum_discussions') THEN
        RETURN 0;
    END IF;
    written := @extschema@.load_changed(of_instance, 'posts', '{post_id}', 'created_at', format(
        'SELECT part.id AS post_id, owner.course AS moodle_course_id, owner.forum AS forum_id,
                part.discussion AS discussion_id, part.parent AS parent_id, part.userid AS moodle_user_id,
                @extschema@.epoch_at(part.created) AS created_at,
                @extschema@.epoch_at(part.modified) AS modified_at, part.deleted <> 0 AS is_deleted,
                part.modified AS changed
         FROM %s part JOIN %s owner ON owner.id = part.discussion',
        @extschema@.site_table(of_instance, 'forum_posts'), @extschema@.site_table(of_instance, 'forum_discussions')));
    IF written > 0 THEN
        INSERT INTO @extschema@.analytics_queue (instance, moodle_course_id, week_start)
        SELECT DISTINCT of_instance, opening.moodle_course_id,
               @extschema@.week_of(opening.created_at, @extschema@.site_time_zone(of_instance))
        FROM moodle_stg.posts answer
        JOIN moodle_stg.posts opening
          ON opening.instance = of_instance AND opening.moodle_course_id = answer.moodle_course_id
         AND opening.discussion_id = answer.discussion_id AND opening.parent_id = 0
        WHERE answer.instance = of_instance AND answer.ts_extract >= begun
          AND opening.created_at IS NOT NULL AND opening.moodle_course_id > 1
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_posts(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_posts(text) IS
    'brings moodle_stg.posts up to the site''s database; the rows written';
