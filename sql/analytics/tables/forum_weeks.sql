CREATE TABLE IF NOT EXISTS moodle_mart.forum_weeks (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    forum_id bigint NOT NULL,
    week_start date NOT NULL,
    discussions integer NOT NULL,
    replies integer NOT NULL,
    learner_posts integer NOT NULL,
    teacher_posts integer NOT NULL,
    learners_posting integer NOT NULL,
    views bigint NOT NULL,
    learners_viewing integer NOT NULL,
    discussions_unanswered integer NOT NULL,
    discussions_answered integer NOT NULL,
    first_reply_hours numeric,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, week_start, forum_id)
);
COMMENT ON TABLE moodle_mart.forum_weeks IS
    'what happened in each forum in each week; weeks without anything have no row. moodle_mart.forum_activity shows it with names';
COMMENT ON COLUMN moodle_mart.forum_weeks.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.forum_weeks.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.forum_weeks.forum_id IS 'the forum: modules.activity_id of mod_forum';
COMMENT ON COLUMN moodle_mart.forum_weeks.week_start IS 'Monday of the week';
COMMENT ON COLUMN moodle_mart.forum_weeks.discussions IS 'discussions opened, by anybody';
COMMENT ON COLUMN moodle_mart.forum_weeks.replies IS 'posts that answer another, by anybody';
COMMENT ON COLUMN moodle_mart.forum_weeks.learner_posts IS 'posts of learners, opening ones too';
COMMENT ON COLUMN moodle_mart.forum_weeks.teacher_posts IS 'posts of teachers, opening ones too';
COMMENT ON COLUMN moodle_mart.forum_weeks.learners_posting IS 'learners who wrote';
COMMENT ON COLUMN moodle_mart.forum_weeks.views IS 'views of the forum and its discussions by learners';
COMMENT ON COLUMN moodle_mart.forum_weeks.learners_viewing IS 'learners who viewed';
COMMENT ON COLUMN moodle_mart.forum_weeks.discussions_unanswered IS
    'of the discussions opened by learners in this week, without an answer of another person by now';
COMMENT ON COLUMN moodle_mart.forum_weeks.discussions_answered IS 'of the same, with one';
COMMENT ON COLUMN moodle_mart.forum_weeks.first_reply_hours IS
    'of these, mean hours until the first answer of another person; NULL = none';
COMMENT ON COLUMN moodle_mart.forum_weeks.ts_generated IS 'when this row was built';
