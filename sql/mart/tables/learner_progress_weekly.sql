CREATE TABLE IF NOT EXISTS moodle_mart.learner_progress_weekly (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_user_id bigint NOT NULL,
    week_start date NOT NULL,
    course_week integer NOT NULL,
    graded_items integer NOT NULL,
    new_grades integer NOT NULL,
    avg_performance_pct numeric,
    performance_change_pct numeric,
    criteria_done integer NOT NULL,
    new_criteria integer NOT NULL,
    criteria_total integer NOT NULL,
    completed_course boolean NOT NULL,
    completed_this_week boolean NOT NULL,
    weeks_since_movement integer,
    status text NOT NULL,
    enrolled_now boolean NOT NULL,
    ts_generated timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id, moodle_user_id, week_start)
);
COMMENT ON TABLE moodle_mart.learner_progress_weekly IS
    'how each student stood in each course at the end of each week: from the versions in moodle_raw.landing. Weeks are ISO weeks, Monday 00:00 to Sunday 24:00 UTC. A grade counts from the date that Moodle gives for it or, where that cannot be when it changed (none, later than it was read, or earlier than it was last seen otherwise), from when it was read; a criterion from the time it was met. Rows run from the week of the enrolment (where its time is not known, from the first movement in the course) to the last movement of anyone in the course, so that whoever stands still is seen; of a longer history, the last 104 weeks. Of a student who left, to the week of leaving';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.moodle_course_id IS 'the course';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.moodle_user_id IS 'the student';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.week_start IS 'Monday of the week (UTC)';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.course_week IS
    'number of the week in the course: 1 = that of the first movement of anyone';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.graded_items IS
    'items with a grade at the end of the week, course and category totals not';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.new_grades IS 'grades given or changed within the week';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.avg_performance_pct IS
    'mean over the items graded by the end of the week of (grade - lowest) / (highest - lowest) * 100; NULL = none yet';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.performance_change_pct IS
    'avg_performance_pct less that of the week before; NULL = there was none';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.criteria_done IS
    'completion criteria met at the end of the week';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.new_criteria IS
    'criteria met within the week, less those no longer met';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.criteria_total IS
    'completion criteria of the course as they are now; 0 = none, or no longer known';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.completed_course IS
    'true = the course was completed by the end of the week';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.completed_this_week IS
    'true = the course was completed within the week';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.weeks_since_movement IS
    'weeks since the last new grade or criterion: 0 = this week; NULL = none yet';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.status IS
    'completed; active: a new grade or criterion this week; idle: none for 1 to 3 weeks; stalled: none for 4 weeks or more; not started: none yet';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.enrolled_now IS 'false = has left the course since';
COMMENT ON COLUMN moodle_mart.learner_progress_weekly.ts_generated IS 'when this row was built';
