CREATE OR REPLACE VIEW moodle_mart.forum_activity AS
    SELECT week.instance, week.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           week.forum_id, module.moodle_module_id, module.name AS forum_name, week.week_start,
           to_char(week.week_start, 'IYYY"-W"IW') AS iso_week, week.discussions, week.replies,
           week.discussions + week.replies AS posts, week.learner_posts, week.teacher_posts,
           week.learners_posting, week.views, week.learners_viewing, week.discussions_unanswered,
           week.discussions_answered, week.first_reply_hours, week.ts_generated
    FROM moodle_mart.forum_weeks week
    LEFT JOIN moodle_stg.modules module
        ON module.instance = week.instance AND module.moodle_course_id = week.moodle_course_id
       AND module.component = 'mod_forum' AND module.activity_id = week.forum_id
    LEFT JOIN moodle_stg.courses course
        ON course.instance = week.instance AND course.moodle_course_id = week.moodle_course_id
    LEFT JOIN moodle_stg.categories category
        ON category.instance = week.instance AND category.moodle_category_id = course.categoryid;
COMMENT ON VIEW moodle_mart.forum_activity IS
    'what happened in each forum in each week: moodle_mart.forum_weeks with names';
COMMENT ON COLUMN moodle_mart.forum_activity.forum_name IS 'name of the forum';
COMMENT ON COLUMN moodle_mart.forum_activity.posts IS 'discussions and replies together';
