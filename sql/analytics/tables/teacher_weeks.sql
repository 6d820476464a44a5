CREATE TABLE IF NOT EXISTS moodle_mart.teacher_weeks (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    week_start date NOT NULL,
    active_days integer NOT NULL,
    views integer NOT NULL,
    events integer NOT NULL,
    posts integer NOT NULL,
    replies integer NOT NULL,
    reply_hours numeric,
    reply_hours_median numeric,
    gradings integer NOT NULL,
    grading_delay_hours numeric,
    grading_delay_hours_median numeric,
    grades_given integer NOT NULL,
    feedback_given integer NOT NULL,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, week_start, moodle_user_id)
);
COMMENT ON TABLE moodle_mart.teacher_weeks IS
    'what each teacher did in each course in each week; weeks in which a teacher did nothing have no row. moodle_mart.teacher_activity shows it with names';
COMMENT ON COLUMN moodle_mart.teacher_weeks.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.teacher_weeks.moodle_course_id IS 'Moodle''s id of the course';
COMMENT ON COLUMN moodle_mart.teacher_weeks.moodle_user_id IS 'Moodle''s id of the teacher';
COMMENT ON COLUMN moodle_mart.teacher_weeks.week_start IS 'Monday of the week';
COMMENT ON COLUMN moodle_mart.teacher_weeks.active_days IS 'days with any event in the course';
COMMENT ON COLUMN moodle_mart.teacher_weeks.views IS 'pages viewed';
COMMENT ON COLUMN moodle_mart.teacher_weeks.events IS 'everything that the teacher did in the course, views too';
COMMENT ON COLUMN moodle_mart.teacher_weeks.posts IS 'posts written in forums';
COMMENT ON COLUMN moodle_mart.teacher_weeks.replies IS 'of these, answers to a learner''s post';
COMMENT ON COLUMN moodle_mart.teacher_weeks.reply_hours IS
    'mean hours from the learner''s post to the answer; NULL = none. Over several rows: weighted by replies';
COMMENT ON COLUMN moodle_mart.teacher_weeks.reply_hours_median IS 'median of the same';
COMMENT ON COLUMN moodle_mart.teacher_weeks.gradings IS
    'submissions of assignments graded: each attempt in the week of its latest grade';
COMMENT ON COLUMN moodle_mart.teacher_weeks.grading_delay_hours IS
    'mean hours from the submission to the grade; NULL = none. Grades without a submission before them have no delay';
COMMENT ON COLUMN moodle_mart.teacher_weeks.grading_delay_hours_median IS 'median of the same';
COMMENT ON COLUMN moodle_mart.teacher_weeks.grades_given IS
    'grades that the teacher set or changed in any way, in activities or the grade book, one for each learner and item';
COMMENT ON COLUMN moodle_mart.teacher_weeks.feedback_given IS 'of these, with feedback in words';
COMMENT ON COLUMN moodle_mart.teacher_weeks.ts_generated IS 'when this row was built';
