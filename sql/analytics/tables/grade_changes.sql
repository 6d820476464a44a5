CREATE OR REPLACE VIEW moodle_mart.grade_changes AS
    SELECT step.instance, step.history_id, step.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           step.moodle_item_id, item.itemname, step.itemtype, item.itemmodule, step.moodle_user_id,
           person.username, person.firstname, person.lastname, step.changed_at, step.change,
           step.old_grade, step.new_grade, step.old_pct, step.new_pct,
           step.new_pct - step.old_pct AS change_pct, step.changed_by, changer.username AS changed_by_username,
           step.by_hand, step.source, step.overridden, step.has_feedback
    FROM moodle_mart.grade_steps step
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = step.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN moodle_stg.grade_items item
        ON item.instance = step.instance AND item.moodle_course_id = step.moodle_course_id
       AND item.moodle_item_id = step.moodle_item_id
    LEFT JOIN moodle_stg.users person
        ON person.instance = step.instance AND person.moodle_user_id = step.moodle_user_id
    LEFT JOIN moodle_stg.users changer
        ON changer.instance = step.instance AND changer.moodle_user_id = step.changed_by;
COMMENT ON VIEW moodle_mart.grade_changes IS
    'each change of a grade: who changed whose, when, from what to what: moodle_mart.grade_steps with names';
COMMENT ON COLUMN moodle_mart.grade_changes.change_pct IS 'new_pct - old_pct; NULL where one of them is';
COMMENT ON COLUMN moodle_mart.grade_changes.changed_by_username IS 'user name of who changed it';
