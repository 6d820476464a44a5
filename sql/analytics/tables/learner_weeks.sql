CREATE TABLE IF NOT EXISTS moodle_mart.learner_weeks (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    week_start date NOT NULL,
    active_days integer NOT NULL,
    views integer NOT NULL,
    events integer NOT NULL,
    submissions integer NOT NULL,
    posts integer NOT NULL,
    sessions integer NOT NULL,
    dedication_minutes numeric NOT NULL,
    active_days_quartile integer NOT NULL,
    views_quartile integer NOT NULL,
    submissions_quartile integer NOT NULL,
    posts_quartile integer NOT NULL,
    dedication_quartile integer NOT NULL,
    engagement_pct numeric NOT NULL,
    first_event_at timestamptz,
    last_event_at timestamptz,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, week_start, moodle_user_id)
);
CREATE INDEX IF NOT EXISTS learner_weeks_person ON moodle_mart.learner_weeks (instance, moodle_user_id);
COMMENT ON TABLE moodle_mart.learner_weeks IS
    'what each learner did in each course in each week, beside the course''s quartiles. A week of a course has a row for everyone who was a learner in it, once anyone was active in it; weeks are Monday to Sunday in the site''s time zone. moodle_mart.engagement_weekly shows it with names';
COMMENT ON COLUMN moodle_mart.learner_weeks.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.learner_weeks.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.learner_weeks.moodle_user_id IS 'Moodle''s id of the learner';
COMMENT ON COLUMN moodle_mart.learner_weeks.week_start IS 'Monday of the week';
COMMENT ON COLUMN moodle_mart.learner_weeks.active_days IS 'days of the week on which the learner did anything in the course';
COMMENT ON COLUMN moodle_mart.learner_weeks.views IS 'pages viewed: of the course, its activities, discussions, ...';
COMMENT ON COLUMN moodle_mart.learner_weeks.events IS 'everything that the learner did in the course, views too';
COMMENT ON COLUMN moodle_mart.learner_weeks.submissions IS 'assignments handed in and quiz attempts finished, a group''s for each of its members';
COMMENT ON COLUMN moodle_mart.learner_weeks.posts IS 'posts written in forums';
COMMENT ON COLUMN moodle_mart.learner_weeks.sessions IS
    'sessions in the course that began in the week: a new one begins after 30 minutes without an event in it (moodle_fdw.databases.session_gap)';
COMMENT ON COLUMN moodle_mart.learner_weeks.dedication_minutes IS
    'minutes from the first event of each session to its last, a session of one event adds 0; what reaches over the end of a week counts by the event that it began with';
COMMENT ON COLUMN moodle_mart.learner_weeks.active_days_quartile IS
    'against the learners of the course in this week: 4 = at or above the upper quartile, 3 = the median, 2 = the lower quartile, 1 = below it, or nothing';
COMMENT ON COLUMN moodle_mart.learner_weeks.views_quartile IS 'the same of views';
COMMENT ON COLUMN moodle_mart.learner_weeks.submissions_quartile IS 'the same of submissions';
COMMENT ON COLUMN moodle_mart.learner_weeks.posts_quartile IS 'the same of posts';
COMMENT ON COLUMN moodle_mart.learner_weeks.dedication_quartile IS 'the same of dedication';
COMMENT ON COLUMN moodle_mart.learner_weeks.engagement_pct IS
    'share of the course''s learners who were less active, mean over active days, views, submissions, posts and dedication: 0 = nobody was less active';
COMMENT ON COLUMN moodle_mart.learner_weeks.first_event_at IS 'first event of the week; NULL = none';
COMMENT ON COLUMN moodle_mart.learner_weeks.last_event_at IS 'last event of the week; NULL = none';
COMMENT ON COLUMN moodle_mart.learner_weeks.ts_generated IS 'when this row was built';
