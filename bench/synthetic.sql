-- Landing rows as a refresh writes them, made by generate_series: for what is measured from there
-- on. A course has 50 people and 15 items; a person is in about ten courses.
CREATE FUNCTION bench_fill(site text, courses integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    users CONSTANT integer := greatest(courses * 5, 60);
    grade CONSTANT jsonb := '{"id": 63, "itemname": "Assignment 2 (scale)", "itemtype": "mod",
        "itemmodule": "assign", "iteminstance": 50, "itemnumber": 0, "idnumber": "",
        "categoryid": 13, "outcomeid": null, "scaleid": null, "locked": false, "cmid": 314,
        "weightraw": 0.01961, "weightformatted": "1.96 %", "graderaw": 3.33333,
        "gradedatesubmitted": 1795187450, "gradedategraded": 1795187450,
        "gradehiddenbydate": false, "gradeneedsupdate": false, "gradeishidden": false,
        "gradeislocked": false, "gradeisoverridden": false, "gradeformatted": "3.33",
        "grademin": 0, "grademax": 100, "rangeformatted": "0&ndash;100",
        "percentageformatted": "33.33 %", "feedback": "", "feedbackformat": 2}';
    item CONSTANT jsonb := grade - '{graderaw,gradedatesubmitted,gradedategraded,gradehiddenbydate,
        gradeneedsupdate,gradeishidden,gradeislocked,gradeisoverridden,gradeformatted,
        percentageformatted,feedback,feedbackformat,weightraw,weightformatted}'::text[];
    answer_at CONSTANT timestamptz := clock_timestamp();
BEGIN
    CREATE TEMP TABLE made (entity text, moodle_id bigint, record_key text, data_json jsonb,
                            unit_id bigint) ON COMMIT DROP;
    EXECUTE format('CREATE TABLE IF NOT EXISTS %s PARTITION OF moodle_raw.landing FOR VALUES IN (%L)',
                   moodle_fdw.landing_table(site), site);
    INSERT INTO made
    SELECT 'user', u, u::text, jsonb_build_object('id', u, 'username', 'user' || u,
        'firstname', 'Ada ' || u, 'lastname', 'Lovelace', 'fullname', 'Ada Lovelace',
        'email', 'user' || u || '@example.org', 'department', '', 'auth', 'manual',
        'suspended', false, 'confirmed', true, 'lang', 'en', 'timezone', '99',
        'firstaccess', 1795187450, 'lastaccess', 1795187450, 'city', 'Lisboa', 'country', 'PT'), 0
    FROM generate_series(1, users) u;
    INSERT INTO made
    SELECT 'category', c, c::text, jsonb_build_object('id', c, 'name', 'Category ' || c, 'parent', 0,
        'depth', 1, 'path', '/' || c), 0
    FROM generate_series(1, 10) c;
    INSERT INTO made
    SELECT 'course', c + 1, (c + 1)::text, jsonb_build_object('id', c + 1, 'shortname', 'C' || c,
        'fullname', 'Course ' || c, 'categoryid', c % 10 + 1, 'format', 'topics', 'visible', 1,
        'startdate', 1795187450, 'enddate', 0, 'timecreated', 1795187450,
        'timemodified', 1795187450, 'enablecompletion', 1, 'idnumber', ''), 0
    FROM generate_series(1, courses) c;
    INSERT INTO made
    SELECT 'role', r, r::text, jsonb_build_object('roleid', r, 'name', '', 'shortname',
        CASE r WHEN 5 THEN 'student' ELSE 'editingteacher' END, 'sortorder', 0), 0
    FROM unnest('{3,5}'::bigint[]) r;
    CREATE TEMP TABLE place ON COMMIT DROP AS
        SELECT (c + 1)::bigint AS course, ((c * 37 + n) % users + 1)::bigint AS person, n
        FROM generate_series(1, courses) c, generate_series(0, 49) n;
    INSERT INTO made
    SELECT 'enrolment', person, course || ':' || person, jsonb_build_object('id', person,
        'lastcourseaccess', 1795187450, 'groups', '[]'::jsonb, 'roles', jsonb_build_array(
            jsonb_build_object('roleid', CASE n WHEN 0 THEN 3 ELSE 5 END, 'name', '', 'shortname',
                CASE n WHEN 0 THEN 'editingteacher' ELSE 'student' END, 'sortorder', 0))), course
    FROM place;
    INSERT INTO made
    SELECT 'completion', person, course || ':' || person, jsonb_build_object(
        'completed', (course + n) % 3 = 0, 'aggregation', 1, 'completions', jsonb_build_array(
            jsonb_build_object('type', 8, 'complete', (course + n) % 3 = 0,
                               'timecompleted', CASE (course + n) % 3 WHEN 0 THEN 1795187450 END))),
        course
    FROM place;
    INSERT INTO made
    SELECT 'grade_item', c * 15 + i, (c + 1) || ':' || (c * 15 + i), item || jsonb_build_object(
        'id', c * 15 + i, 'itemname', 'Assignment ' || i,
        'itemtype', CASE i WHEN 14 THEN 'course' ELSE 'mod' END), c + 1
    FROM generate_series(1, courses) c, generate_series(0, 14) i;
    INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
                                    hash_content, ts_extract, unit_id)
    SELECT 1, site, entity, moodle_id, record_key, data_json, decode(md5(record_key), 'hex'),
           answer_at, unit_id
    FROM made;
    INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
                                    hash_content, ts_extract, unit_id)
    SELECT 1, site, 'grade', id, record_key, grade || jsonb_build_object('id', id, 'itemtype',
               CASE i WHEN 14 THEN 'course' ELSE 'mod' END, 'graderaw', given),
           decode(md5(record_key), 'hex'), answer_at, course
    FROM (SELECT course, (course - 1) * 15 + i AS id, i,
                 course || ':' || person || ':' || (course - 1) * 15 + i AS record_key,
                 CASE WHEN (person + i) % 4 > 0 THEN (person * 7 + i * 13) % 101 END AS given
          FROM place, generate_series(0, 14) i) made_up;
    RETURN (SELECT count(*) FROM moodle_raw.landing WHERE instance = site);
END
$$;

-- A hundredth of what the site has: in each hundredth course every grade gets another version.
CREATE FUNCTION bench_change(site text, nth integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
                                    hash_content, ts_extract, unit_id, previous_id)
    SELECT 1 + nth, site, entity, moodle_id, record_key,
           data_json || jsonb_build_object('graderaw', (moodle_id + nth) % 101),
           decode(md5(record_key || nth), 'hex'), clock_timestamp(), unit_id, id
    FROM moodle_raw.landing
    WHERE instance = site AND entity = 'grade' AND run_id = 1 AND unit_id % 100 = nth % 100;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

-- What a refresh does with what has landed, up to its first mart: in the same order, as
-- moodle_fdw.work_transform does it.
CREATE FUNCTION bench_chain(site text, after_id bigint) RETURNS bigint
LANGUAGE plpgsql SET work_mem = '32MB' AS $$
DECLARE
    step record;
    up_to_id bigint;
    written bigint;
BEGIN
    SELECT max(id) INTO up_to_id FROM moodle_raw.landing WHERE instance = site;
    FOR step IN SELECT * FROM moodle_fdw.transforms
                WHERE builtin AND (layer = 'stg' OR name = 'course_performance') ORDER BY ordinal LOOP
        PERFORM moodle_fdw.analyze_landing(site);
        EXECUTE step.statement INTO written USING site, after_id, up_to_id, 1::bigint;
    END LOOP;
    RETURN written;
END
$$;

CREATE FUNCTION bench_empty(site text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    target record;
BEGIN
    FOR target IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
                  WHERE schemaname IN ('moodle_stg', 'moodle_mart')
                    AND tablename NOT IN ('role_ranks', 'role_kinds') LOOP
        EXECUTE 'TRUNCATE ' || target.name;
    END LOOP;
END
$$;

-- The same by hand: the same columns of the same records, no keys, no indexes, nothing kept apart
-- for a later change.
CREATE PROCEDURE bench_ctas(site text) LANGUAGE plpgsql AS $$
BEGIN
    DROP SCHEMA IF EXISTS plain CASCADE;
    CREATE SCHEMA plain;
    CREATE TABLE plain.users AS SELECT instance, moodle_id AS moodle_user_id,
        data_json ->> 'username' AS username, data_json ->> 'email' AS email,
        data_json ->> 'firstname' AS firstname, data_json ->> 'lastname' AS lastname,
        data_json ->> 'auth' AS auth, (data_json ->> 'confirmed')::boolean AS confirmed,
        (data_json ->> 'suspended')::boolean AS suspended, data_json ->> 'city' AS city,
        data_json ->> 'country' AS country, data_json ->> 'lang' AS lang,
        data_json ->> 'timezone' AS timezone, (data_json ->> 'firstaccess')::bigint AS firstaccess,
        (data_json ->> 'lastaccess')::bigint AS lastaccess, ts_extract
    FROM moodle_raw.landing WHERE instance = site AND entity = 'user';
    CREATE TABLE plain.categories AS SELECT instance, moodle_id AS moodle_category_id,
        data_json ->> 'name' AS name, (data_json ->> 'parent')::bigint AS parent,
        (data_json ->> 'depth')::bigint AS depth, data_json ->> 'path' AS path, ts_extract
    FROM moodle_raw.landing WHERE instance = site AND entity = 'category';
    CREATE TABLE plain.courses AS SELECT instance, moodle_id AS moodle_course_id,
        data_json ->> 'shortname' AS shortname, data_json ->> 'fullname' AS fullname,
        (data_json ->> 'categoryid')::bigint AS categoryid, data_json ->> 'format' AS format,
        (data_json ->> 'visible')::integer AS visible,
        to_timestamp(nullif((data_json ->> 'startdate')::bigint, 0)) AS start_at,
        to_timestamp(nullif((data_json ->> 'enddate')::bigint, 0)) AS end_at, ts_extract
    FROM moodle_raw.landing WHERE instance = site AND entity = 'course';
    CREATE TABLE plain.roles AS SELECT instance, moodle_id AS moodle_role_id,
        data_json ->> 'shortname' AS shortname, data_json ->> 'name' AS name, ts_extract
    FROM moodle_raw.landing WHERE instance = site AND entity = 'role';
    CREATE TABLE plain.enrolments AS SELECT instance, unit_id AS moodle_course_id,
        moodle_id AS moodle_user_id, (role ->> 'roleid')::bigint AS roleid_moodle,
        role ->> 'shortname' AS role_shortname,
        to_timestamp((data_json ->> 'lastcourseaccess')::bigint) AS lastcourseaccess_at, ts_extract
    FROM moodle_raw.landing, jsonb_array_elements(data_json -> 'roles') role
    WHERE instance = site AND entity = 'enrolment';
    CREATE TABLE plain.grade_items AS SELECT instance, unit_id AS moodle_course_id,
        moodle_id AS moodle_item_id, data_json ->> 'itemname' AS itemname,
        data_json ->> 'itemtype' AS itemtype, data_json ->> 'itemmodule' AS itemmodule,
        (data_json ->> 'iteminstance')::bigint AS iteminstance,
        (data_json ->> 'grademax')::numeric AS grademax,
        (data_json ->> 'grademin')::numeric AS grademin, ts_extract
    FROM moodle_raw.landing WHERE instance = site AND entity = 'grade_item';
    CREATE TABLE plain.grades AS SELECT instance, unit_id AS moodle_course_id,
        split_part(record_key, ':', 2)::bigint AS moodle_user_id, moodle_id AS moodle_item_id,
        (data_json ->> 'graderaw')::numeric AS rawgrade,
        (data_json ->> 'graderaw')::numeric AS finalgrade,
        (data_json ->> 'grademax')::numeric AS rawgrademax,
        (data_json ->> 'grademin')::numeric AS rawgrademin,
        (data_json ->> 'gradedatesubmitted')::bigint AS timecreated,
        (data_json ->> 'gradedategraded')::bigint AS timemodified,
        data_json ->> 'feedback' AS feedback,
        (data_json ->> 'feedbackformat')::bigint AS feedbackformat,
        (data_json ->> 'gradeisoverridden')::boolean::integer AS overridden,
        (data_json ->> 'gradeishidden')::boolean::integer AS hidden,
        (data_json ->> 'gradehiddenbydate')::boolean::integer AS hiddenbydate,
        (data_json ->> 'gradeislocked')::boolean::integer AS locked,
        (data_json ->> 'gradeneedsupdate')::boolean::integer AS needsupdate,
        data_json ->> 'status' AS status, (data_json ->> 'weightraw')::numeric AS weight,
        data_json ->> 'weightformatted' AS weightformatted,
        data_json ->> 'gradeformatted' AS gradeformatted,
        data_json ->> 'lettergradeformatted' AS lettergradeformatted,
        data_json ->> 'percentageformatted' AS percentageformatted,
        (data_json ->> 'rank')::bigint AS rank, (data_json ->> 'numusers')::bigint AS numusers,
        data_json ->> 'averageformatted' AS averageformatted, ts_extract
    FROM moodle_raw.landing WHERE instance = site AND entity = 'grade';
    CREATE TABLE plain.completions AS SELECT instance, unit_id AS moodle_course_id,
        moodle_id AS moodle_user_id, (data_json ->> 'completed')::boolean AS completed,
        data_json -> 'completions' AS criteria, ts_extract
    FROM moodle_raw.landing WHERE instance = site AND entity = 'completion';
    ANALYZE plain.grades;
    CREATE TABLE plain.course_performance AS
    WITH item AS (
        SELECT * FROM plain.grade_items WHERE itemtype NOT IN ('course', 'category')
    ), graded AS (
        SELECT moodle_course_id, moodle_user_id, count(*) AS items,
               round(avg((finalgrade - grademin) * 100 / (grademax - grademin)), 4) AS pct
        FROM plain.grades JOIN item USING (moodle_course_id, moodle_item_id)
        WHERE finalgrade IS NOT NULL GROUP BY 1, 2
    ), items AS (SELECT moodle_course_id, count(*) AS total FROM item GROUP BY 1)
    SELECT place.instance, place.moodle_course_id, course.fullname, course.shortname,
           place.moodle_user_id, person.username, person.firstname, person.lastname, person.email,
           place.roleid_moodle, role.shortname AS role_name, items.total,
           coalesce(graded.items, 0) AS graded_items, graded.pct AS avg_performance_pct,
           completion.completed, course.start_at, course.end_at, place.lastcourseaccess_at,
           course.categoryid, category.name AS category_name, course.visible
    FROM plain.enrolments place
    LEFT JOIN plain.courses course USING (moodle_course_id)
    LEFT JOIN plain.categories category ON category.moodle_category_id = course.categoryid
    LEFT JOIN plain.users person USING (moodle_user_id)
    LEFT JOIN plain.roles role ON role.moodle_role_id = place.roleid_moodle
    LEFT JOIN plain.completions completion USING (moodle_course_id, moodle_user_id)
    LEFT JOIN items USING (moodle_course_id)
    LEFT JOIN graded USING (moodle_course_id, moodle_user_id);
END
$$;
