CREATE OR REPLACE VIEW moodle_mart.teacher_activity AS
    SELECT week.instance, week.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           week.moodle_user_id, person.username, person.firstname, person.lastname, week.week_start,
           to_char(week.week_start, 'IYYY"-W"IW') AS iso_week, week.active_days, week.views, week.events,
           week.posts, week.replies, week.reply_hours, week.reply_hours_median, week.gradings,
           week.grading_delay_hours, week.grading_delay_hours_median, week.grades_given,
           week.feedback_given, week.ts_generated
    FROM moodle_mart.teacher_weeks week
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = week.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN moodle_stg.users person
        ON person.instance = week.instance AND person.moodle_user_id = week.moodle_user_id;
COMMENT ON VIEW moodle_mart.teacher_activity IS
    'what each teacher did in each course in each week: answers, gradings and how long they took, feedback: moodle_mart.teacher_weeks with names';
