CREATE OR REPLACE VIEW moodle_mart.resource_usage AS
    SELECT module.instance, module.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           module.moodle_module_id, module.component, module.kind, module.name, module.visible,
           module.is_gone, module.added_at, coalesce(used.views, 0) AS views,
           coalesce(used.events, 0) AS events, coalesce(used.learners_viewing, 0) AS learners_viewing,
           coalesce(taking.learners, 0) AS learners,
           least(100, round(100.0 * coalesce(used.learners_viewing, 0) / nullif(taking.learners, 0), 2)) AS reach_pct,
           round(used.views::numeric / nullif(used.learners_viewing, 0), 2) AS views_per_learner,
           coalesce(used.active_weeks, 0) AS active_weeks, used.first_event_at, used.last_event_at
    FROM moodle_stg.modules module
    LEFT JOIN moodle_mart.resource_totals used USING (instance, moodle_course_id, moodle_module_id)
    LEFT JOIN moodle_stg.courses course
        ON course.instance = module.instance AND course.moodle_course_id = module.moodle_course_id
    LEFT JOIN moodle_stg.categories category
        ON category.instance = module.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN (SELECT instance, moodle_course_id, count(*)::integer AS learners
               FROM moodle_stg.learners GROUP BY instance, moodle_course_id) taking
        ON taking.instance = module.instance AND taking.moodle_course_id = module.moodle_course_id;
COMMENT ON VIEW moodle_mart.resource_usage IS
    'use of each activity and file of a course by its learners, over all weeks, unused ones too: moodle_mart.resource_totals with names';
COMMENT ON COLUMN moodle_mart.resource_usage.learners IS 'learners of the course now';
COMMENT ON COLUMN moodle_mart.resource_usage.reach_pct IS
    'learners_viewing / learners * 100, at most 100: some who viewed may have left; NULL = no learners';
COMMENT ON COLUMN moodle_mart.resource_usage.views_per_learner IS 'views / learners_viewing; NULL = none viewed it';
