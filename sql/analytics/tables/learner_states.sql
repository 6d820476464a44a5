CREATE TABLE IF NOT EXISTS moodle_mart.learner_states (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    segment text NOT NULL CHECK (segment IN ('doing well', 'ok', 'struggling')),
    points integer NOT NULL,
    reasons text[] NOT NULL,
    segment_since date NOT NULL,
    previous_segment text,
    last_visit_at timestamptz,
    active_days integer NOT NULL,
    views bigint NOT NULL,
    submissions bigint NOT NULL,
    posts bigint NOT NULL,
    dedication_minutes numeric NOT NULL,
    engagement_pct numeric,
    engagement_change_pct numeric,
    deadlines_due integer NOT NULL,
    deadlines_missed integer NOT NULL,
    avg_performance_pct numeric,
    completed boolean NOT NULL,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_user_id)
) WITH (fillfactor = 90);
CREATE INDEX IF NOT EXISTS learner_states_segment ON moodle_mart.learner_states (instance, segment);
COMMENT ON TABLE moodle_mart.learner_states IS
    'how each learner of a course that is running stands, by the rules of moodle_mart.analytics_thresholds. moodle_mart.learner_segments shows it with names';
COMMENT ON COLUMN moodle_mart.learner_states.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.learner_states.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.learner_states.moodle_user_id IS 'Moodle''s id of the learner';
COMMENT ON COLUMN moodle_mart.learner_states.segment IS 'doing well, ok or struggling';
COMMENT ON COLUMN moodle_mart.learner_states.points IS 'sum of the points of the rules that apply';
COMMENT ON COLUMN moodle_mart.learner_states.reasons IS 'each rule that applies, in words with its figures; the weightiest first';
COMMENT ON COLUMN moodle_mart.learner_states.segment_since IS 'the day on which the learner was first seen in this segment';
COMMENT ON COLUMN moodle_mart.learner_states.previous_segment IS 'the one before; NULL = none';
COMMENT ON COLUMN moodle_mart.learner_states.last_visit_at IS 'last access to the course; NULL = never';
COMMENT ON COLUMN moodle_mart.learner_states.active_days IS 'lately (window_weeks): days with any event in the course';
COMMENT ON COLUMN moodle_mart.learner_states.views IS 'lately: pages viewed';
COMMENT ON COLUMN moodle_mart.learner_states.submissions IS 'lately: assignments handed in and quiz attempts finished';
COMMENT ON COLUMN moodle_mart.learner_states.posts IS 'lately: posts written';
COMMENT ON COLUMN moodle_mart.learner_states.dedication_minutes IS 'lately: minutes in the course';
COMMENT ON COLUMN moodle_mart.learner_states.engagement_pct IS
    'lately: share of the course''s learners who were less active, mean over active days, views, submissions, posts and dedication; NULL = nobody was active';
COMMENT ON COLUMN moodle_mart.learner_states.engagement_change_pct IS
    'events in the later half of the last window_weeks whole weeks against the first half: -60 = 60 % fewer; NULL = none in the first half';
COMMENT ON COLUMN moodle_mart.learner_states.deadlines_due IS 'lately: deadlines of assignments and quizzes that have passed';
COMMENT ON COLUMN moodle_mart.learner_states.deadlines_missed IS 'of these, without a submission by now';
COMMENT ON COLUMN moodle_mart.learner_states.avg_performance_pct IS
    'mean over the graded items of (grade - lowest) / (highest - lowest) * 100; NULL = nothing is graded';
COMMENT ON COLUMN moodle_mart.learner_states.completed IS 'true = the course is completed';
COMMENT ON COLUMN moodle_mart.learner_states.ts_generated IS 'when this row was last written';
