CREATE TABLE IF NOT EXISTS moodle_stg.posts (
    instance text NOT NULL,
    post_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    forum_id bigint NOT NULL,
    discussion_id bigint NOT NULL,
    parent_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    created_at timestamptz,
    modified_at timestamptz,
    is_deleted boolean NOT NULL,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, post_id)
);
CREATE INDEX IF NOT EXISTS posts_course ON moodle_stg.posts (instance, moodle_course_id, created_at);
CREATE INDEX IF NOT EXISTS posts_parent ON moodle_stg.posts (instance, parent_id);
COMMENT ON TABLE moodle_stg.posts IS 'posts in forums, without what they say, from the site''s database';
COMMENT ON COLUMN moodle_stg.posts.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.posts.post_id IS 'its id there';
COMMENT ON COLUMN moodle_stg.posts.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.posts.forum_id IS 'the forum: modules.activity_id of mod_forum';
COMMENT ON COLUMN moodle_stg.posts.discussion_id IS 'the discussion';
COMMENT ON COLUMN moodle_stg.posts.parent_id IS 'the post that it answers; 0 = it opens the discussion';
COMMENT ON COLUMN moodle_stg.posts.moodle_user_id IS 'who wrote it';
COMMENT ON COLUMN moodle_stg.posts.created_at IS 'when it was written';
COMMENT ON COLUMN moodle_stg.posts.modified_at IS 'when it was last changed';
COMMENT ON COLUMN moodle_stg.posts.is_deleted IS 'true = its writer took it back';
COMMENT ON COLUMN moodle_stg.posts.ts_extract IS 'when this row was last written';
