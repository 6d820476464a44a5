-- After setup.sql: two sites by hand, and ways to ask as another.
--   uni: Health (courses 13; Nursing 11; Pharmacy 12), Law (22; Civil 21), the front page 1
--   abroad: Health (11)
-- Ann 101 is in 11, Bob 102 in 11 and 21, Cid 103 in 21, Dan 104 in none, Eve 105 in 12, Fay 106 in 22.
SELECT moodle_fdw.remove_instance('sim') \gset ignored_
INSERT INTO moodle_stg.categories (instance, moodle_category_id, name, parent, depth, path, top_category_id,
    top_category_name, second_category_id, second_category_name, ts_extract)
VALUES ('uni', 1, 'Health', 0, 1, '/1', 1, 'Health', NULL, NULL, now()),
       ('uni', 2, 'Nursing', 1, 2, '/1/2', 1, 'Health', 2, 'Nursing', now()),
       ('uni', 3, 'Pharmacy', 1, 2, '/1/3', 1, 'Health', 3, 'Pharmacy', now()),
       ('uni', 4, 'Law', 0, 1, '/4', 4, 'Law', NULL, NULL, now()),
       ('uni', 5, 'Civil', 4, 2, '/4/5', 4, 'Law', 5, 'Civil', now()),
       ('abroad', 1, 'Health', 0, 1, '/1', 1, 'Health', NULL, NULL, now());
INSERT INTO moodle_stg.courses (instance, moodle_course_id, fullname, categoryid, format, ts_extract)
VALUES ('uni', 1, 'Front page', 0, 'site', now()), ('uni', 11, 'Wounds', 2, 'topics', now()),
       ('uni', 12, 'Drugs', 3, 'topics', now()), ('uni', 13, 'Body', 1, 'topics', now()),
       ('uni', 21, 'Contracts', 5, 'topics', now()), ('uni', 22, 'Justice', 4, 'topics', now()),
       ('abroad', 11, 'Heridas', 1, 'topics', now());
INSERT INTO moodle_stg.roles (instance, moodle_role_id, shortname, ts_extract)
VALUES ('uni', 5, 'student', now()), ('abroad', 5, 'student', now());
INSERT INTO moodle_stg.users (instance, moodle_user_id, username, firstname, lastname, fullname, email, department,
    deleted, ts_extract)
SELECT instance, id, lower(name), name, 'Example', name || ' Example', lower(name) || '@example.org', 'Department of ' || name,
       0, now()
FROM (VALUES ('uni', 101, 'Ann'), ('uni', 102, 'Bob'), ('uni', 103, 'Cid'), ('uni', 104, 'Dan'), ('uni', 105, 'Eve'),
             ('uni', 106, 'Fay'), ('abroad', 101, 'Zoe')) person(instance, id, name);
INSERT INTO moodle_stg.enrolments (instance, moodle_course_id, moodle_user_id, roleid_moodle, role_shortname, roles,
    role_shortnames, ts_extract)
SELECT instance, course, person, 5, 'student', '{5}', '{student}', now()
FROM (VALUES ('uni', 11, 101), ('uni', 11, 102), ('uni', 21, 102), ('uni', 21, 103), ('uni', 12, 105), ('uni', 22, 106),
             ('abroad', 11, 101)) taking(instance, course, person);
INSERT INTO moodle_stg.grade_items (instance, moodle_course_id, moodle_item_id, itemname, itemtype, grademin, grademax, ts_extract)
SELECT instance, moodle_course_id, moodle_course_id * 10, 'Exam', 'manual', 0, 100, now()
FROM moodle_stg.courses WHERE moodle_course_id > 1;
INSERT INTO moodle_stg.grades (instance, moodle_course_id, moodle_user_id, moodle_item_id, finalgrade, rawgrademin,
    rawgrademax, feedback, ts_extract)
SELECT instance, moodle_course_id, moodle_user_id, moodle_course_id * 10, moodle_user_id - 50, 0, 100,
       'To ' || moodle_user_id, now()
FROM moodle_stg.enrolments;
SELECT moodle_fdw.build_course_units(NULL, 0, 0) \gset ignored_
SELECT count(*) FROM (VALUES ('uni'), ('abroad')) site(name),
    LATERAL (SELECT moodle_fdw.build_course_performance(name, 0, 0), moodle_fdw.build_course_summary(name, 0, 0),
                    moodle_fdw.build_user_progress(name, 0, 0), moodle_fdw.build_grade_distribution(name, 0, 0),
                    moodle_fdw.build_completion_funnel(name, 0, 0),
                    moodle_fdw.build_instance_summary(name, 0, 0)) built \gset ignored_
CREATE TABLE moodle_raw.landing_uni PARTITION OF moodle_raw.landing FOR VALUES IN ('uni');
INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json, hash_content, ts_extract, unit_id)
SELECT 1, 'uni', 'user', moodle_user_id, moodle_user_id::text, jsonb_build_object('id', moodle_user_id, 'email', email),
       md5(email)::bytea, now(), 0 FROM moodle_stg.users WHERE instance = 'uni'
UNION ALL
SELECT 1, 'uni', 'enrolment', moodle_user_id, moodle_course_id || ':' || moodle_user_id, '{}', ''::bytea, now(), moodle_course_id
FROM moodle_stg.enrolments WHERE instance = 'uni'
UNION ALL
SELECT 1, 'uni', 'course', moodle_course_id, moodle_course_id::text, '{}', ''::bytea, now(), 0
FROM moodle_stg.courses WHERE instance = 'uni'
UNION ALL
SELECT 1, 'uni', 'category', moodle_category_id, moodle_category_id::text, '{}', ''::bytea, now(), 0
FROM moodle_stg.categories WHERE instance = 'uni';

-- What a query of one value gives a role; the claims are those of its request.
CREATE FUNCTION asked_by(who name, query text, claims text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    PERFORM set_config('request.jwt.claims', coalesce(claims, ''), true), set_config('role', who, true);
    EXECUTE query INTO answer;
    PERFORM set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    RETURN answer;
END $$;
CREATE FUNCTION refused(who name, query text, claims text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN 'it gave ' || coalesce(asked_by(who, query, claims), 'nothing');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
-- The courses, people, ... that a role sees of a table, with those of the other site as -1.
CREATE FUNCTION seen(who name, of_table text, of_column text, claims text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(asked_by(who, format(
        'SELECT string_agg(one::text, '','' ORDER BY one) FROM (SELECT DISTINCT CASE instance WHEN ''uni'' THEN %I ELSE -1 END AS one FROM %s) x',
        of_column, of_table), claims), '')
    $$;
