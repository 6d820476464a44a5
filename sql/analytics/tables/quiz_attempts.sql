CREATE TABLE IF NOT EXISTS moodle_stg.quiz_attempts (
    instance text NOT NULL,
    attempt_id bigint NOT NULL,
    moodle_course_id bigint NOT NULL,
    quiz_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    attempt integer NOT NULL,
    state text NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, attempt_id)
);
CREATE INDEX IF NOT EXISTS quiz_attempts_quiz ON moodle_stg.quiz_attempts (instance, quiz_id, moodle_user_id);
CREATE INDEX IF NOT EXISTS quiz_attempts_course ON moodle_stg.quiz_attempts (instance, moodle_course_id, finished_at);
COMMENT ON TABLE moodle_stg.quiz_attempts IS 'attempts at quizzes, previews of teachers left out, from the site''s database';
COMMENT ON COLUMN moodle_stg.quiz_attempts.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.quiz_attempts.attempt_id IS 'its id there';
COMMENT ON COLUMN moodle_stg.quiz_attempts.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_stg.quiz_attempts.quiz_id IS 'the quiz: modules.activity_id of mod_quiz';
COMMENT ON COLUMN moodle_stg.quiz_attempts.moodle_user_id IS 'whose it is';
COMMENT ON COLUMN moodle_stg.quiz_attempts.attempt IS 'number of the attempt, from 1';
COMMENT ON COLUMN moodle_stg.quiz_attempts.state IS 'inprogress, overdue, submitted, finished, abandoned or notstarted';
COMMENT ON COLUMN moodle_stg.quiz_attempts.started_at IS 'when it was begun';
COMMENT ON COLUMN moodle_stg.quiz_attempts.finished_at IS 'when it was finished; NULL = not yet';
COMMENT ON COLUMN moodle_stg.quiz_attempts.ts_extract IS 'when this row was last written';
