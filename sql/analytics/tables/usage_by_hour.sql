CREATE OR REPLACE VIEW moodle_mart.usage_by_hour AS
    SELECT used.instance, used.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           used.day, extract(isodow FROM used.day)::integer AS weekday,
           to_char(used.day, 'Dy') AS weekday_name, used.hour, used.week_start, used.events, used.views,
           used.learners
    FROM moodle_mart.usage_hours used
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = used.instance AND category.moodle_category_id = course.categoryid;
COMMENT ON VIEW moodle_mart.usage_by_hour IS
    'when learners work, by course, day and hour in the site''s time zone: moodle_mart.usage_hours with names. Learners of several rows must not be added up: each counts in every hour in which he was there';
COMMENT ON COLUMN moodle_mart.usage_by_hour.weekday IS '1 = Monday to 7 = Sunday';
COMMENT ON COLUMN moodle_mart.usage_by_hour.weekday_name IS 'Mon to Sun';
