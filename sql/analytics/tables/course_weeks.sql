CREATE TABLE IF NOT EXISTS moodle_mart.course_weeks (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    week_start date NOT NULL,
    learners integer NOT NULL,
    active_learners integer NOT NULL,
    views bigint NOT NULL,
    events bigint NOT NULL,
    submissions bigint NOT NULL,
    posts bigint NOT NULL,
    dedication_minutes numeric NOT NULL,
    active_days_q1 numeric NOT NULL,
    active_days_median numeric NOT NULL,
    active_days_q3 numeric NOT NULL,
    views_q1 numeric NOT NULL,
    views_median numeric NOT NULL,
    views_q3 numeric NOT NULL,
    submissions_q1 numeric NOT NULL,
    submissions_median numeric NOT NULL,
    submissions_q3 numeric NOT NULL,
    posts_q1 numeric NOT NULL,
    posts_median numeric NOT NULL,
    posts_q3 numeric NOT NULL,
    dedication_q1 numeric NOT NULL,
    dedication_median numeric NOT NULL,
    dedication_q3 numeric NOT NULL,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, week_start)
);
COMMENT ON TABLE moodle_mart.course_weeks IS
    'each course in each week: its learners together, and the quartiles that moodle_mart.learner_weeks compares with. moodle_mart.engagement_course_weekly shows it with names';
COMMENT ON COLUMN moodle_mart.course_weeks.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.course_weeks.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.course_weeks.week_start IS 'Monday of the week';
COMMENT ON COLUMN moodle_mart.course_weeks.learners IS 'learners of the course in this week';
COMMENT ON COLUMN moodle_mart.course_weeks.active_learners IS 'of these, with any event, submission or post in the course';
COMMENT ON COLUMN moodle_mart.course_weeks.views IS 'views by learners';
COMMENT ON COLUMN moodle_mart.course_weeks.events IS 'events of learners';
COMMENT ON COLUMN moodle_mart.course_weeks.submissions IS 'submissions of learners: a group''s counts for each of its members';
COMMENT ON COLUMN moodle_mart.course_weeks.posts IS 'posts of learners';
COMMENT ON COLUMN moodle_mart.course_weeks.dedication_minutes IS 'minutes of learners in the course';
COMMENT ON COLUMN moodle_mart.course_weeks.active_days_q1 IS 'active days: lower quartile over the learners, inactive ones too';
COMMENT ON COLUMN moodle_mart.course_weeks.active_days_median IS 'active days: median';
COMMENT ON COLUMN moodle_mart.course_weeks.active_days_q3 IS 'active days: upper quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.views_q1 IS 'views: lower quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.views_median IS 'views: median';
COMMENT ON COLUMN moodle_mart.course_weeks.views_q3 IS 'views: upper quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.submissions_q1 IS 'submissions: lower quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.submissions_median IS 'submissions: median';
COMMENT ON COLUMN moodle_mart.course_weeks.submissions_q3 IS 'submissions: upper quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.posts_q1 IS 'posts: lower quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.posts_median IS 'posts: median';
COMMENT ON COLUMN moodle_mart.course_weeks.posts_q3 IS 'posts: upper quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.dedication_q1 IS 'minutes: lower quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.dedication_median IS 'minutes: median';
COMMENT ON COLUMN moodle_mart.course_weeks.dedication_q3 IS 'minutes: upper quartile';
COMMENT ON COLUMN moodle_mart.course_weeks.ts_generated IS 'when this row was built';
