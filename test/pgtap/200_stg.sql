-- Staging: what is landed by hand against what must stand in moodle_stg, worked out by hand. No
-- Moodle is asked for anything.
\ir lib/quiet.sql
SET timezone = 'UTC';
SELECT moodle_fdw.deploy() \gset ignored_
CREATE TABLE moodle_raw.landing_one PARTITION OF moodle_raw.landing FOR VALUES IN ('one');
CREATE TABLE moodle_raw.landing_two PARTITION OF moodle_raw.landing FOR VALUES IN ('two');
CREATE TEMP TABLE asked (at timestamptz);
INSERT INTO asked VALUES ('2026-01-01 02:00');

-- A version of a record, as a refresh would land it; the moment of asking stands still between runs.
CREATE FUNCTION put(entity text, key text, unit bigint, id bigint, data text, gone boolean DEFAULT false,
                    instance text DEFAULT 'one', run bigint DEFAULT 1) RETURNS void LANGUAGE sql AS $$
    INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
                                    hash_content, ts_extract, is_deleted, unit_id, previous_id)
    SELECT $8, $7, $1, $4, $2, $5::jsonb, decode(md5($5), 'hex'), (SELECT at FROM asked), $6, $3,
           (SELECT max(l.id) FROM moodle_raw.landing l
            WHERE l.instance = $7 AND l.entity = $1 AND l.unit_id = $3 AND l.record_key = $2)
    $$;
-- A deletion mark keeps the record that it ends.
CREATE FUNCTION drop_record(entity text, key text, instance text DEFAULT 'one', run bigint DEFAULT 1)
    RETURNS void LANGUAGE sql AS $$
    SELECT put($1, $2, unit_id, moodle_id, data_json::text, true, $3, $4) FROM moodle_raw.landing l
    WHERE l.instance = $3 AND l.entity = $1 AND l.record_key = $2 ORDER BY id DESC LIMIT 1
    $$;
CREATE FUNCTION newest() RETURNS bigint LANGUAGE sql AS 'SELECT coalesce(max(id), 0) FROM moodle_raw.landing';
CREATE FUNCTION load(target text, after_id bigint DEFAULT 0, up_to_id bigint DEFAULT NULL,
                     instance text DEFAULT 'one') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    EXECUTE format('SELECT moodle_fdw.load_%I($1, $2, $3)', target) INTO written
        USING instance, after_id, coalesce(up_to_id, newest());
    RETURN written;
END $$;
-- Everything of a table, in one text.
CREATE FUNCTION state(target text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    whole text;
BEGIN
    EXECUTE format('SELECT string_agg(t::text, E''\n'' ORDER BY t::text) FROM moodle_stg.%I t', target) INTO whole;
    RETURN whole;
END $$;
-- Where the rows lie and who wrote them: a row that is written anew, be it the same, changes this.
CREATE FUNCTION places(target text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    whole text;
BEGIN
    EXECUTE format('SELECT string_agg(ctid::text || xmin || xmax, '' '' ORDER BY ctid) FROM moodle_stg.%I', target)
        INTO whole;
    RETURN whole;
END $$;
SELECT plan(84);

-- Values ---------------------------------------------------------------------------------------
SELECT results_eq(
    $$SELECT field, moodle_fdw.json_numeric(record, field)::text, moodle_fdw.json_bigint(record, field),
             moodle_fdw.json_flag(record, field)
      FROM (SELECT '{"a": 3.33333, "b": "12.50", "c": "", "d": "-", "e": null, "f": 1, "g": 0, "h": true,
                     "i": false, "j": "1", "k": "true", "l": -7, "m": 1e3, "n": 99999999999999999999,
                     "o": "1,5", "p": [1], "q": {"a": 1}, "r": " 42 ", "s": "NaN", "t": "0x1F", "u": "12abc",
                     "v": 2.5, "w": 100.0, "x": "1e3", "y": "1e999", "z": "Infinity",
                     "9": -9223372036854775808}'::jsonb) t(record),
           unnest(string_to_array('a b c d e f g h i j k l m n o p q r s t u v w x y z 9 missing', ' ')) field$$,
    $$VALUES ('a', '3.33333', 3::bigint, NULL::int), ('b', '12.50', 13, NULL), ('c', NULL, NULL, NULL),
             ('d', NULL, NULL, NULL), ('e', NULL, NULL, NULL), ('f', '1', 1, 1), ('g', '0', 0, 0),
             ('h', NULL, NULL, 1), ('i', NULL, NULL, 0), ('j', '1', 1, 1), ('k', NULL, NULL, 1),
             ('l', '-7', -7, NULL), ('m', '1000', 1000, NULL), ('n', '99999999999999999999', NULL, NULL),
             ('o', NULL, NULL, NULL), ('p', NULL, NULL, NULL), ('q', NULL, NULL, NULL), ('r', '42', 42, NULL),
             ('s', NULL, NULL, NULL), ('t', NULL, NULL, NULL), ('u', NULL, NULL, NULL), ('v', '2.5', 3, NULL),
             ('w', '100.0', 100, NULL), ('x', '1000', 1000, NULL), ('y', NULL, NULL, NULL),
             ('z', NULL, NULL, NULL), ('9', '-9223372036854775808', -9223372036854775808, NULL),
             ('missing', NULL, NULL, NULL)$$,
    'numbers, whole numbers and flags of anything that may be served');
SELECT is(moodle_fdw.json_numeric('[1, 2]', '0'), NULL, 'a record that is no object has no fields');
SELECT is(moodle_fdw.json_bigint('7', 'id'), NULL, 'nor has a number');
SELECT is(moodle_fdw.json_numeric(NULL, 'id'), NULL, 'nor has nothing');
SELECT is(moodle_fdw.json_numeric(jsonb_build_object('a', repeat('9', 200000)), 'a'), NULL,
          'a text of digits without end is no number');
SELECT results_eq($$SELECT moodle_fdw.epoch_at(e) FROM unnest('{0,1,-5,1795187450,253402300799,253402300800,NULL}'::bigint[]) e$$,
                  $$VALUES (NULL::timestamptz), ('1970-01-01 00:00:01+00'), (NULL), ('2026-11-20 15:10:50+00'),
                           ('9999-12-31 23:59:59+00'), (NULL), (NULL)$$,
                  'an epoch of 0, below it or beyond the year 9999 is no time');

-- Users ----------------------------------------------------------------------------------------
SELECT put('user', '114', 0, 114, $${"id": 114, "username": "user012", "firstname": "さくら", "lastname": "O'Brien",
    "fullname": "さくら O'Brien", "email": "user012@uni.example", "department": "", "institution": "Uni", "idnumber": "ID-12",
    "firstaccess": 1769742599, "lastaccess": 0, "auth": "manual", "suspended": false, "confirmed": true,
    "lang": "en", "theme": "", "timezone": "99", "mailformat": 1, "trackforums": 0, "city": "Łódź", "country": "PL",
    "profileimageurlsmall": "http://x/f2", "profileimageurl": "http://x/f1",
    "customfields": [{"type": "text", "value": "D4", "displayvalue": "D4", "name": "Department", "shortname": "dept"},
                     {"type": "checkbox", "value": "1", "name": "GDPR", "shortname": "gdpr"}]}$$);
SELECT put('user', '115', 0, 115, '{"id": 115, "fullname": "Only Name", "profileimageurl": "u", "profileimageurlsmall": "u"}');
SELECT put('user', '116', 0, 116, $${"id": 116, "username": "odd", "fullname": "", "suspended": 1, "confirmed": "0",
    "firstaccess": "1769742599", "lastaccess": 99999999999999, "customfields": {}, "mailformat": "-"}$$);
SELECT is(load('users'), 3::bigint, 'users: a first load writes all');
SELECT results_eq(
    $$SELECT moodle_user_id, username, email, firstname, lastname, auth, confirmed, suspended, deleted, idnumber,
             department, institution, city, country, lang, timezone, firstaccess, firstaccess_at, lastaccess,
             lastaccess_at, customfields, ts_extract FROM moodle_stg.users WHERE instance = 'one' ORDER BY 1$$,
    $$VALUES (114::bigint, 'user012', 'user012@uni.example', 'さくら', 'O''Brien', 'manual', 1, 0, 0, 'ID-12', '', 'Uni',
              'Łódź', 'PL', 'en', '99', 1769742599::bigint, '2026-01-30 03:09:59+00'::timestamptz, 0::bigint,
              NULL::timestamptz, '{"dept": "D4", "gdpr": "1"}'::jsonb, '2026-01-01 02:00+00'::timestamptz),
             (115, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
              NULL, NULL, NULL, NULL, '2026-01-01 02:00+00'),
             (116, 'odd', NULL, NULL, NULL, NULL, 0, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1769742599,
              '2026-01-30 03:09:59+00', 99999999999999, NULL, NULL, '2026-01-01 02:00+00')$$,
    'users: every column; what is not served is NULL; flags 0 and 1; 0 and the year 3170843 are no times');
SELECT places('users') AS before \gset
SELECT is(load('users'), 0::bigint, 'users: again over the same range writes nothing');
SELECT is(places('users'), :'before', 'users: and touches no row');
SELECT newest() AS first_night \gset
UPDATE asked SET at = '2026-01-02 02:00';
SELECT put('user', '114', 0, 114, '{"id": 114, "username": "user012", "fullname": "S", "suspended": true}');
SELECT drop_record('user', '115');
SELECT put('user', '117', 0, 117, '{"id": 117, "username": "new", "fullname": "New"}');
SELECT is(load('users', :first_night), 3::bigint, 'users: a later range writes the changed, the gone and the new');
SELECT results_eq(
    $$SELECT moodle_user_id, username, fullname, suspended, city, customfields, deleted, ts_extract
      FROM moodle_stg.users ORDER BY 1$$,
    $$VALUES (114::bigint, 'user012', 'S', 1, NULL, NULL::jsonb, 0, '2026-01-02 02:00+00'::timestamptz),
             (115, NULL, 'Only Name', NULL, NULL, NULL, 1, '2026-01-02 02:00+00'),
             (116, 'odd', '', 1, NULL, NULL, 0, '2026-01-01 02:00+00'),
             (117, 'new', 'New', NULL, NULL, NULL, 0, '2026-01-02 02:00+00')$$,
    'users: what is served no more becomes NULL, who is gone stays marked');
SELECT state('users') AS state \gset
SELECT is(load('users', 0, :first_night), 0::bigint, 'users: an older range again brings nothing old back');
SELECT load('users') \gset ignored_
SELECT is(state('users'), :'state', 'users: nor does a wider one');
TRUNCATE moodle_stg.users;
SELECT is(load('users'), 4::bigint, 'users: all the nights in one load');
SELECT is(state('users'), :'state', 'users: end in the same state');
SELECT newest() AS second_night \gset
UPDATE asked SET at = '2026-01-03 02:00';
SELECT put('user', '115', 0, 115, '{"id": 115, "fullname": "Only Name"}');
SELECT load('users', :second_night) \gset ignored_
SELECT is((SELECT deleted FROM moodle_stg.users WHERE moodle_user_id = 115), 0, 'users: who is listed again is deleted no more');
ALTER TABLE moodle_stg.users ADD COLUMN campus text;
UPDATE moodle_stg.users SET campus = 'north' WHERE moodle_user_id = 114;
SELECT is(load('users'), 0::bigint, 'users: a column of one''s own is no difference');
SELECT put('user', '114', 0, 114, '{"id": 114, "username": "user012", "fullname": "T"}');
SELECT load('users') \gset ignored_
SELECT is((SELECT fullname || campus FROM moodle_stg.users WHERE moodle_user_id = 114), 'Tnorth',
          'users: and outlives a change of the row');
SELECT put('user', '114', 0, 114, '{"id": 114, "username": "other", "fullname": "Other site"}', false, 'two');
SELECT is(load('users', instance => 'two'), 1::bigint, 'users: another site''s person of the same id');
SELECT is((SELECT string_agg(instance || ' ' || fullname, ', ' ORDER BY instance) FROM moodle_stg.users
           WHERE moodle_user_id = 114), 'one T, two Other site', 'users: is another row');

-- Courses --------------------------------------------------------------------------------------
SELECT put('course', '14', 0, 14, $${"id": 14, "fullname": "R&amp;D", "displayname": "R&amp;D", "shortname": "SQL101",
    "categoryid": 3, "sortorder": 20007, "summary": "<p>S</p>", "summaryformat": 1, "idnumber": "C-001",
    "format": "topics", "showgrades": 1, "startdate": 1790003399, "enddate": 0, "visible": 1, "groupmode": 2,
    "enablecompletion": 1, "timecreated": 1795187402, "timemodified": 1795187403, "theme": "", "showcompletionconditions": null,
    "enrollmentmethods": ["manual", "self"], "contacts": [{"id": 103, "fullname": "A"}],
    "customfields": [{"name": "Faculty", "shortname": "faculty", "type": "text", "valueraw": "x", "value": "Arts"},
                     {"name": "Level", "shortname": "level", "type": "select", "valueraw": 0, "value": null}]}$$);
SELECT put('course', '15', 0, 15, $${"id": 15, "fullname": "Hidden", "shortname": "H", "categoryid": 0, "categorysortorder": 9,
    "forcetheme": "boost", "visible": 0, "startdate": 0, "enddate": 1802963399, "showcompletionconditions": true}$$);
SELECT is(load('courses'), 2::bigint, 'courses: both listings of the service');
SELECT results_eq(
    $$SELECT moodle_course_id, shortname, fullname, categoryid, format, visible, startdate, start_at, enddate, end_at,
             idnumber, timecreated, created_at, timemodified, enablecompletion, sortorder, theme,
             showcompletionconditions, enrolmentmethods, customfields FROM moodle_stg.courses ORDER BY 1$$,
    $$VALUES (14::bigint, 'SQL101', 'R&amp;D', 3::bigint, 'topics', 1, 1790003399::bigint,
              '2026-09-21 15:09:59+00'::timestamptz, 0::bigint, NULL::timestamptz, 'C-001', 1795187402::bigint,
              '2026-11-20 15:10:02+00'::timestamptz, 1795187403::bigint, 1, 20007::bigint, '', NULL::int,
              '["manual", "self"]'::jsonb, '{"faculty": "Arts", "level": null}'::jsonb),
             (15, 'H', 'Hidden', 0, NULL, 0, 0, NULL, 1802963399, '2027-02-18 15:09:59+00', NULL, NULL, NULL, NULL,
              NULL, 9, 'boost', 1, NULL, NULL)$$, 'courses: every column');
SELECT newest() AS mark \gset
SELECT drop_record('course', '15');
SELECT is(load('courses', :mark), 1::bigint, 'courses: one that is gone');
SELECT is((SELECT array_agg(moodle_course_id) FROM moodle_stg.courses), '{14}', 'courses: goes');
SELECT is(load('courses', :mark), 0::bigint, 'courses: once');
SELECT load('courses', 0, :mark) \gset ignored_
SELECT is((SELECT array_agg(moodle_course_id) FROM moodle_stg.courses), '{14}',
          'courses: and does not come back with the range in which it was there');

-- Categories -----------------------------------------------------------------------------------
SELECT put('category', '4', 0, 4, '{"id": 4, "name": "Quantum", "parent": 3, "depth": 3, "path": "/2/3/4", "idnumber": "Q"}');
SELECT put('category', '2', 0, 2, '{"id": 2, "name": "Science", "parent": 0, "depth": 1, "path": "/2", "visible": 1, "coursecount": 7}');
SELECT put('category', '3', 0, 3, '{"id": 3, "name": "Physics", "parent": 2, "depth": 2, "path": "/2/3", "idnumber": null}');
SELECT put('category', '9', 0, 9, '{"id": 9, "name": "Lost", "parent": 8, "depth": 2, "path": "/8/9"}');
SELECT put('category', '10', 0, 10, '{"id": 10, "name": "No path"}');
SELECT is(load('categories'), 5::bigint, 'categories: in any order');
PREPARE ancestors AS
    SELECT moodle_category_id, name, parent, depth, top_category_id, top_category_name, second_category_id,
           second_category_name FROM moodle_stg.categories ORDER BY 1;
SELECT results_eq('ancestors',
    $$VALUES (2::bigint, 'Science', 0::bigint, 1::bigint, 2::bigint, 'Science', NULL::bigint, NULL),
             (3, 'Physics', 2, 2, 2, 'Science', 3, 'Physics'), (4, 'Quantum', 3, 3, 2, 'Science', 3, 'Physics'),
             (9, 'Lost', 8, 2, 8, NULL, 9, 'Lost'), (10, 'No path', NULL, NULL, NULL, NULL, NULL, NULL)$$,
    'categories: the ancestors by path; one that may not be seen has no name');
SELECT is(load('categories'), 0::bigint, 'categories: again writes nothing');
SELECT newest() AS mark \gset
SELECT put('category', '2', 0, 2, '{"id": 2, "name": "Sciences", "parent": 0, "depth": 1, "path": "/2"}');
SELECT put('category', '4', 0, 4, '{"id": 4, "name": "Quantum", "parent": 2, "depth": 2, "path": "/2/4"}');
SELECT drop_record('category', '9');
SELECT load('categories', :mark) \gset ignored_
SELECT results_eq('ancestors',
    $$VALUES (2::bigint, 'Sciences', 0::bigint, 1::bigint, 2::bigint, 'Sciences', NULL::bigint, NULL),
             (3, 'Physics', 2, 2, 2, 'Sciences', 3, 'Physics'), (4, 'Quantum', 2, 2, 2, 'Sciences', 4, 'Quantum'),
             (10, 'No path', NULL, NULL, NULL, NULL, NULL, NULL)$$,
    'categories: a new name reaches those below, a moved one has new ancestors');

-- Roles and enrolments -------------------------------------------------------------------------
SELECT put('role', '5', 0, 5, '{"roleid": 5, "name": "", "shortname": "student", "sortorder": 0}');
SELECT put('role', '4', 0, 4, '{"roleid": 4, "name": "Tutor", "shortname": "teacher", "sortorder": 0}');
SELECT is(load('roles'), 2::bigint, 'roles: as people have them');
SELECT results_eq('SELECT moodle_role_id, shortname, name, archetype, sortorder FROM moodle_stg.roles ORDER BY 1',
                  $$VALUES (4::bigint, 'teacher', 'Tutor', NULL::text, NULL::bigint), (5, 'student', '', NULL, NULL)$$,
                  'roles: the 0 that every assignment has is no rank');
SELECT put('enrolment', '14:' || id, 14, id, format('{"id": %s, "fullname": "X", "roles": %s}', id, roles))
FROM (VALUES (101, '[{"roleid": 5, "name": "", "shortname": "student", "sortorder": 0}]'),
             (102, '[{"roleid": 5, "shortname": "student", "sortorder": 0}, {"roleid": 4, "shortname": "teacher", "sortorder": 0}]'),
             (103, '[{"roleid": 5, "shortname": "student", "sortorder": 0}, {"roleid": 5, "shortname": "student", "sortorder": 0}]'),
             (104, '[]'),
             (105, '[{"roleid": 12, "shortname": "helper", "sortorder": 0}, {"roleid": 11, "shortname": "guide", "sortorder": 0},
                     {"roleid": 5, "shortname": "student", "sortorder": 0}]'),
             (106, '[{"roleid": 2, "shortname": "student2", "sortorder": 0}, {"roleid": 99, "shortname": "manager", "sortorder": 0}]'),
             (107, 'null')) given(id, roles);
SELECT put('enrolment', '14:108', 14, 108, $${"id": 108, "fullname": "No roles told", "lastcourseaccess": 1795151399,
    "groups": [{"id": 1, "name": "Group A"}]}$$);
SELECT is(load('enrolments'), 8::bigint, 'enrolments: a first load');
PREPARE ranked AS
    SELECT moodle_user_id, roleid_moodle, role_shortname, roles FROM moodle_stg.enrolments
    WHERE instance = 'one' AND moodle_course_id = 14 ORDER BY 1;
SELECT results_eq('ranked',
    $$VALUES (101::bigint, 5::bigint, 'student', '{5}'::bigint[]), (102, 4, 'teacher', '{4,5}'), (103, 5, 'student', '{5}'),
             (104, NULL, NULL, '{}'), (105, 5, 'student', '{5,11,12}'), (106, 99, 'manager', '{99,2}'),
             (107, NULL, NULL, NULL), (108, NULL, NULL, NULL)$$,
    'enrolments: the highest-ranking role by its short name, roles of no known rank last by their ids, each once; none is not the same as not told');
SELECT results_eq($$SELECT status, timecreated, timemodified, method, firstcourseaccess, lastcourseaccess,
                           lastcourseaccess_at, groups FROM moodle_stg.enrolments WHERE moodle_user_id = 108$$,
                  $$VALUES (NULL::int, NULL::bigint, NULL::bigint, NULL::text, NULL::bigint, 1795151399::bigint,
                            '2026-11-20 05:09:59+00'::timestamptz, '[{"id": 1, "name": "Group A"}]'::jsonb)$$,
                  'enrolments: what no service tells is NULL');
SELECT is(load('enrolments'), 0::bigint, 'enrolments: again writes nothing');
SELECT newest() AS mark \gset
SELECT put('role', id::text, 0, id, format('{"id": %s, "name": "", "shortname": %s, "archetype": "%s", "sortorder": %s, "description": "D"}',
                                          id, to_json(name), id, place))
FROM (VALUES (5, 'student', 1), (4, 'teacher', 2), (12, 'helper', 0)) given(id, name, place);
SELECT is(load('roles', :mark), 3::bigint, 'roles: a plugin lists them in the site''s own order');
SELECT results_eq('SELECT moodle_role_id, archetype, sortorder, description FROM moodle_stg.roles ORDER BY 1',
                  $$VALUES (4::bigint, '4', 2::bigint, 'D'), (5, '5', 1, 'D'), (12, '12', 0, 'D')$$,
                  'roles: with archetype and rank');
SELECT is(load('enrolments', :mark), 2::bigint, 'enrolments: that ranks anew whoever has several');
SELECT results_eq('ranked',
    $$VALUES (101::bigint, 5::bigint, 'student', '{5}'::bigint[]), (102, 5, 'student', '{5,4}'), (103, 5, 'student', '{5}'),
             (104, NULL, NULL, '{}'), (105, 12, 'helper', '{12,5,11}'), (106, 99, 'manager', '{99,2}'),
             (107, NULL, NULL, NULL), (108, NULL, NULL, NULL)$$, 'enrolments: by the site''s order');
SELECT state('enrolments') AS state \gset
TRUNCATE moodle_stg.enrolments;
SELECT load('enrolments') \gset ignored_
SELECT is(state('enrolments'), :'state', 'enrolments: the same as a load from nothing');
INSERT INTO moodle_stg.role_ranks VALUES ('student2', 0);
SELECT is(load('enrolments', newest()), 1::bigint, 'enrolments: an edit of role_ranks counts at the next load');
SELECT is((SELECT roleid_moodle FROM moodle_stg.enrolments WHERE moodle_user_id = 106), 2::bigint, 'enrolments: for whom it concerns');
SELECT moodle_fdw.deploy() \gset ignored_
SELECT is((SELECT rank FROM moodle_stg.role_ranks WHERE shortname = 'student2'), 0::bigint, 'deploy() again keeps the edit');
SELECT newest() AS mark \gset
SELECT drop_record('enrolment', '14:101');
SELECT put('enrolment', '15:101', 15, 101, '{"id": 101, "fullname": "X", "roles": [{"roleid": 5, "shortname": "student", "sortorder": 0}]}');
SELECT is(load('enrolments', :mark), 2::bigint, 'enrolments: out of one course, into another');
SELECT is((SELECT array_agg(moodle_course_id) FROM moodle_stg.enrolments WHERE moodle_user_id = 101), '{15}', 'enrolments: is one row');

-- Enrolment methods ----------------------------------------------------------------------------
SELECT put('enrolment_method', id::text, 14, id, format('{"id": %s, "courseid": 14, "type": "self", "name": "Self", "status": %s}', id, status))
FROM (VALUES (38, 'true'), (39, '"Enrolment is disabled or inactive"'), (40, 'false'), (41, 'null')) given(id, status);
SELECT is(load('enrolment_methods'), 4::bigint, 'enrolment_methods: a first load');
SELECT results_eq('SELECT method_id, moodle_course_id, course, type, name, enabled, problem FROM moodle_stg.enrolment_methods ORDER BY 1',
                  $$VALUES (38::bigint, 14::bigint, 14::bigint, 'self', 'Self', 1, NULL),
                           (39, 14, 14, 'self', 'Self', 0, 'Enrolment is disabled or inactive'),
                           (40, 14, 14, 'self', 'Self', 0, NULL), (41, 14, 14, 'self', 'Self', NULL, NULL)$$,
                  'enrolment_methods: a message in place of true is why not');
SELECT is(load('enrolment_methods'), 0::bigint, 'enrolment_methods: again writes nothing');

-- Grade items ----------------------------------------------------------------------------------
SELECT put('grade_item', '14:64', 14, 64, $${"id": 64, "itemname": "Quiz <b>1</b>", "itemtype": "mod", "itemmodule": "quiz",
    "iteminstance": 1, "itemnumber": 0, "idnumber": "Q-1", "categoryid": 13, "outcomeid": null, "scaleid": null,
    "locked": false, "cmid": 316, "weightraw": 0.01961, "weightformatted": "1.96 %", "grademin": 0, "grademax": 7.5,
    "rangeformatted": "0&ndash;8"}$$);
SELECT put('grade_item', '14:61', 14, 61, $${"id": 61, "itemname": null, "itemtype": "course", "itemmodule": null, "iteminstance": 13,
    "itemnumber": null, "categoryid": null, "locked": true, "grademin": -10, "grademax": 100}$$);
SELECT is(load('grade_items'), 2::bigint, 'grade_items: a first load');
SELECT results_eq(
    $$SELECT moodle_course_id, moodle_item_id, itemname, itemtype, itemmodule, iteminstance, gradetype, grademax,
             grademin, categoryid, weight, hidden, locked, cmid FROM moodle_stg.grade_items ORDER BY 2$$,
    $$VALUES (14::bigint, 61::bigint, NULL, 'course', NULL, 13::bigint, NULL::bigint, 100::numeric, -10::numeric,
              NULL::bigint, NULL::numeric, NULL::int, 1, NULL::bigint),
             (14, 64, 'Quiz <b>1</b>', 'mod', 'quiz', 1, NULL, 7.5, 0, 13, 0.01961, NULL, 0, 316)$$,
    'grade_items: every column; gradetype and hidden are not told');
SELECT is(load('grade_items'), 0::bigint, 'grade_items: again writes nothing');

-- Grades ---------------------------------------------------------------------------------------
SELECT put('grade', '14:114:64', 14, 64, $${"id": 64, "itemname": "Quiz 1", "itemtype": "mod", "weightraw": 0.01961, "weightformatted": "1.96 %",
    "graderaw": 3.33333, "gradedatesubmitted": 1795187450, "gradedategraded": 1795187451, "gradehiddenbydate": false,
    "gradeneedsupdate": false, "gradeishidden": true, "gradeislocked": false, "gradeisoverridden": true,
    "gradeformatted": "<i></i>3.33", "grademin": 0, "grademax": 10, "percentageformatted": "33.33 %",
    "feedback": "<p>Good</p>", "feedbackformat": 1}$$);
SELECT put('grade', '14:115:64', 14, 64, $${"id": 64, "status": "novalue", "graderaw": null, "gradedatesubmitted": null, "gradedategraded": null,
    "gradeishidden": false, "gradeislocked": null, "gradeisoverridden": null, "gradeformatted": "-", "grademin": 0, "grademax": 10,
    "percentageformatted": "-", "feedback": "", "feedbackformat": 2}$$);
SELECT put('grade', '14:' || person || ':64', 14, 64, format('{"id": 64, "graderaw": %s, "grademin": 0, "grademax": 10, "gradedategraded": %s}', grade, graded))
FROM (VALUES (116, '""', '0'), (117, '"-"', 'null'), (118, '"7.25"', '"1795187451"'), (119, '0', '1795187451'),
             (120, '7.15000', '1795187451'), (121, '"seven"', '""')) given(person, grade, graded);
SELECT put('grade', '14:122:64', 14, 64, '{"id": 64}');
SELECT is(load('grades'), 9::bigint, 'grades: a first load');
PREPARE graded AS
    SELECT moodle_user_id, rawgrade::text, finalgrade::text, timemodified, graded_at FROM moodle_stg.grades ORDER BY 1;
SELECT results_eq('graded',
    $$VALUES (114::bigint, '3.33333', '3.33333', 1795187451::bigint, '2026-11-20 15:10:51+00'::timestamptz),
             (115, NULL, NULL, NULL, NULL), (116, NULL, NULL, 0, NULL), (117, NULL, NULL, NULL, NULL),
             (118, '7.25', '7.25', 1795187451, '2026-11-20 15:10:51+00'), (119, '0', '0', 1795187451, '2026-11-20 15:10:51+00'),
             (120, '7.15000', '7.15000', 1795187451, '2026-11-20 15:10:51+00'), (121, NULL, NULL, NULL, NULL),
             (122, NULL, NULL, NULL, NULL)$$,
    'grades: 0 is a grade; null, "", "-" and words are none; digits as served');
SELECT results_eq(
    $$SELECT moodle_course_id, moodle_item_id, rawgrademax, rawgrademin, timecreated, submitted_at, feedback, overridden,
             hidden, locked, needsupdate, status, weight, gradeformatted, percentageformatted
      FROM moodle_stg.grades WHERE moodle_user_id IN (114, 115) ORDER BY moodle_user_id$$,
    $$VALUES (14::bigint, 64::bigint, 10::numeric, 0::numeric, 1795187450::bigint, '2026-11-20 15:10:50+00'::timestamptz,
              '<p>Good</p>', 1, 1, 0, 0, NULL, 0.01961::numeric, '<i></i>3.33', '33.33 %'),
             (14, 64, 10, 0, NULL, NULL, '', NULL, 0, NULL, NULL, 'novalue', NULL, '-', '-')$$, 'grades: the other columns');
SELECT places('grades') AS before \gset
SELECT is(load('grades'), 0::bigint, 'grades: again writes nothing');
SELECT is(places('grades'), :'before', 'grades: and touches no row');
SELECT newest() AS mark \gset
UPDATE asked SET at = '2026-01-04 02:00';
SELECT put('grade', '14:119:64', 14, 64, '{"id": 64, "graderaw": 5, "grademin": 0, "grademax": 10}');
SELECT put('grade', '14:119:64', 14, 64, '{"id": 64, "graderaw": 6, "grademin": 0, "grademax": 10}');
SELECT drop_record('grade', '14:120:64');
SELECT is(load('grades', :mark), 2::bigint, 'grades: of two versions in a range the later counts');
SELECT is((SELECT string_agg(moodle_user_id || '=' || finalgrade, ' ' ORDER BY moodle_user_id) FROM moodle_stg.grades
           WHERE finalgrade IS NOT NULL), '114=3.33333 118=7.25 119=6', 'grades: changed and gone');
SELECT drop_record('grade', '14:114:64');
SELECT put('grade', '14:114:64', 14, 64, '{"id": 64, "graderaw": 9, "grademin": 0, "grademax": 10}');
SELECT load('grades', newest() - 2) \gset ignored_
SELECT is((SELECT finalgrade FROM moodle_stg.grades WHERE moodle_user_id = 114), 9::numeric, 'grades: gone and back within one range');
SELECT state('grades') AS state \gset
TRUNCATE moodle_stg.grades;
SELECT load('grades', 0, :mark) \gset ignored_
SELECT load('grades', :mark) \gset ignored_
SELECT is(state('grades'), :'state', 'grades: in two ranges or from night to night, the state is the same');
-- A purge that keeps the latest versions leaves nothing for a load to stumble over.
DELETE FROM moodle_raw.landing old WHERE instance = 'one' AND entity = 'grade'
    AND EXISTS (SELECT FROM moodle_raw.landing later WHERE later.previous_id = old.id);
SELECT is(load('grades'), 0::bigint, 'grades: nothing to do after a purge of the landing');
SELECT is(state('grades'), :'state', 'grades: and nothing is lost');

-- Completions ----------------------------------------------------------------------------------
SELECT put('completion', '14:' || person, 14, person, data) FROM (VALUES
    (114, '{"completed": false, "aggregation": 1, "completions": [
        {"type": 4, "title": "A", "status": "Yes", "complete": true, "timecompleted": 1795187433, "details": {}},
        {"type": 4, "title": "A", "status": "No", "complete": false, "timecompleted": null, "details": {}}]}'),
    (149, '{"completed": true, "aggregation": 1, "completions": [
        {"type": 4, "complete": true, "timecompleted": 1795187452}, {"type": 6, "complete": true, "timecompleted": 1795187450}]}'),
    (150, '{"completed": true, "aggregation": 2, "completions": [
        {"type": 1, "complete": true, "timecompleted": 1795187440}, {"type": 6, "complete": false, "timecompleted": 1795999999}]}'),
    (151, '{"completed": true, "aggregation": 1, "completions": [{"type": 1, "complete": true, "timecompleted": 0}]}'),
    (152, '{"completed": false, "aggregation": 1, "completions": []}'),
    (153, '{"completed": true, "aggregation": 1, "completions": [{"type": 1, "complete": true, "timecompleted": "-"}]}'),
    (103, '{"reason": "not enrolled in a role whose completion is tracked"}')) given(person, data);
SELECT is(load('completions'), 7::bigint, 'completions: a first load');
SELECT results_eq(
    $$SELECT moodle_user_id, completionstate, viewed, timemodified, completed_at, criteria_total, criteria_done, reason
      FROM moodle_stg.completions ORDER BY 1$$,
    $$VALUES (103::bigint, NULL::int, NULL::int, NULL::bigint, NULL::timestamptz, NULL::int, NULL::int,
              'not enrolled in a role whose completion is tracked'),
             (114, 0, NULL, 1795187433, NULL, 2, 1, NULL),
             (149, 1, NULL, 1795187452, '2026-11-20 15:10:52+00', 2, 2, NULL),
             (150, 1, NULL, 1795187440, '2026-11-20 15:10:40+00', 2, 1, NULL),
             (151, 1, NULL, NULL, NULL, 1, 1, NULL), (152, 0, NULL, NULL, NULL, 0, 0, NULL),
             (153, 1, NULL, NULL, NULL, 1, 1, NULL)$$,
    'completions: completed when the last criterion was met; 0 and "-" are no times; a reason has no state');
SELECT is(load('completions'), 0::bigint, 'completions: again writes nothing');
SELECT newest() AS mark \gset
SELECT put('completion', '14:103', 14, 103, '{"completed": true, "aggregation": 1, "completions": [{"complete": true, "timecompleted": 5}]}');
SELECT put('completion', '14:149', 14, 149, '{"reason": "completion not enabled or not permitted"}');
SELECT is(load('completions', :mark), 2::bigint, 'completions: a reason goes, another comes');
SELECT results_eq('SELECT moodle_user_id, completionstate, criteria_total, reason FROM moodle_stg.completions WHERE moodle_user_id IN (103, 149) ORDER BY 1',
                  $$VALUES (103::bigint, 1, 1, NULL), (149, NULL, NULL, 'completion not enabled or not permitted')$$,
                  'completions: and takes the state with it');

-- Every table and column says what it is.
SELECT is((SELECT string_agg(attrelid::regclass || '.' || attname, ', ') FROM pg_attribute
           JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r' AND relnamespace = 'moodle_stg'::regnamespace
           WHERE attnum > 0 AND NOT attisdropped AND attname <> 'campus' AND col_description(attrelid, attnum) IS NULL),
          NULL, 'every column has a comment');
SELECT is((SELECT string_agg(relname, ', ') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'moodle_stg'::regnamespace
           AND obj_description(oid, 'pg_class') IS NULL), NULL, 'every table has one');

-- Data checks ----------------------------------------------------------------------------------
-- A small whole site first: nothing is wrong with it.
SELECT put(entity, key, unit, id, data, instance => 'two', run => 7) FROM (VALUES
    ('user', '114', 0, 114, '{"id": 114, "username": "a", "fullname": "A"}'),
    ('user', '115', 0, 115, '{"id": 115, "username": "b", "fullname": "B"}'),
    ('category', '3', 0, 3, '{"id": 3, "name": "C", "parent": 0, "depth": 1, "path": "/3"}'),
    ('course', '14', 0, 14, '{"id": 14, "shortname": "c", "fullname": "C", "categoryid": 3, "startdate": 100, "enddate": 0}'),
    ('role', '5', 0, 5, '{"roleid": 5, "name": "", "shortname": "student", "sortorder": 0}'),
    ('enrolment', '14:114', 14, 114, '{"id": 114, "roles": [{"roleid": 5, "shortname": "student", "sortorder": 0}]}'),
    ('enrolment', '14:115', 14, 115, '{"id": 115, "roles": [{"roleid": 5, "shortname": "student", "sortorder": 0}]}'),
    ('enrolment_method', '9', 14, 9, '{"id": 9, "courseid": 14, "type": "self", "status": true}'),
    ('grade_item', '14:64', 14, 64, '{"id": 64, "itemtype": "mod", "grademin": 0, "grademax": 10}'),
    ('grade', '14:114:64', 14, 64, '{"id": 64, "graderaw": 10, "grademin": 0, "grademax": 10}'),
    ('grade', '14:115:64', 14, 64, '{"id": 64, "graderaw": "-", "grademin": 0, "grademax": 10}'),
    ('completion', '14:114', 14, 114, '{"completed": true, "aggregation": 1, "completions": [{"complete": true, "timecompleted": 5}]}'))
    given(entity, key, unit, id, data);
CREATE TEMP TABLE targets AS
    SELECT unnest('{users,categories,courses,roles,enrolments,enrolment_methods,grade_items,grades,completions}'::text[]) AS target;
CREATE FUNCTION load_two(after_id bigint DEFAULT 0) RETURNS bigint LANGUAGE sql AS
    $$ SELECT sum(load(target, after_id, instance => 'two'))::bigint FROM targets $$;
SELECT load_two() \gset ignored_
SELECT is(moodle_fdw.check_data('two', 7), 0::bigint, 'checks: nothing is wrong');
SELECT ok((SELECT count(*) >= 40 AND count(DISTINCT (check_name, table_name)) = count(*) AND bool_and(run_id = 7)
                  AND bool_and(failed_rows = 0) AND bool_and(examples = '[]')
           FROM moodle_fdw.data_checks WHERE instance = 'two'), 'checks: every check is written down, once');
SELECT is((SELECT count(*) FROM moodle_fdw.data_problems), 0::bigint, 'checks: data_problems is empty');
SELECT moodle_fdw.check_data('two', 7) \gset ignored_
SELECT ok((SELECT count(DISTINCT (check_name, table_name)) = count(*) FROM moodle_fdw.data_checks WHERE instance = 'two'),
          'checks: again for the same run, as after a resumption, adds none');
SELECT count(*) AS checks FROM moodle_fdw.data_checks \gset
SELECT is(moodle_fdw.check_data('two', 8), 0::bigint, 'checks: a run that landed nothing');
SELECT is((SELECT count(*) FROM moodle_fdw.data_checks), :checks::bigint, 'checks: has nothing to check');

-- Then everything is wrong, each check in a way of its own.
SELECT newest() AS mark \gset
SELECT put(entity, key, unit, id, data, instance => 'two', run => 9) FROM (VALUES
    ('user', '116', 0, 116, '{"id": 116, "username": "b", "fullname": "B too"}'),
    ('user', '117', 0, 117, '{"id": 117, "fullname": "No username"}'),
    ('user', '118', 0, 118, '{"id": 118, "username": "b", "fullname": "B as well"}'),
    ('category', '4', 0, 4, '{"id": 4, "name": "D", "parent": 77, "depth": 2, "path": "/77/4"}'),
    ('course', '15', 0, 15, '{"id": 15, "shortname": "c", "fullname": "C", "categoryid": 78, "startdate": 100, "enddate": 99}'),
    ('role', '6', 0, 6, '{"roleid": 6, "name": "", "shortname": "student", "sortorder": 0}'),
    ('enrolment', '14:900', 14, 900, '{"id": 900, "roles": [{"roleid": 44, "shortname": "lost", "sortorder": 0}]}'),
    ('enrolment', '16:114', 16, 114, '{"id": 114, "roles": []}'),
    ('enrolment_method', '10', 16, 10, '{"id": 10, "courseid": 16, "type": "self", "status": true}'),
    ('grade_item', '16:65', 16, 65, '{"id": 65, "itemtype": "mod", "grademin": 10, "grademax": 0}'),
    ('grade', '14:901:66', 14, 66, '{"id": 66, "graderaw": 11, "grademin": 0, "grademax": 10}'),
    ('grade', '14:115:64', 14, 64, '{"id": 64, "graderaw": -1, "grademin": 0, "grademax": 10, "gradedategraded": 4000000000}'),
    ('grade', '14:116:64', 14, 64, '{"id": 64, "graderaw": 5, "grademin": 10, "grademax": 10}'),
    ('grade', '14:117:64', 14, 64, '{"id": 64, "graderaw": "A+", "grademin": 0, "grademax": 10}'),
    ('completion', '14:902', 14, 902, '{"completed": true, "aggregation": 1, "completions": [{"complete": false}]}'),
    ('completion', '14:115', 14, 115, '{}')) given(entity, key, unit, id, data);
SELECT drop_record('user', '115', 'two', 9);
SELECT load_two(:mark) \gset ignored_
-- What a loader that went wrong would leave behind.
UPDATE moodle_stg.courses SET ts_extract = '2020-01-01' WHERE instance = 'two' AND moodle_course_id = 15;
UPDATE moodle_stg.completions SET criteria_done = 2 WHERE instance = 'two' AND moodle_user_id = 114;
DELETE FROM moodle_stg.enrolment_methods WHERE instance = 'two' AND method_id = 9;
INSERT INTO moodle_stg.roles (instance, moodle_role_id, shortname, ts_extract) VALUES ('two', 500, 'made up', now());
SELECT is(moodle_fdw.check_data('two', 9), 24::bigint, 'checks: how many found something to mend');
SELECT results_eq(
    $$SELECT table_name, check_name, severity, failed_rows FROM moodle_fdw.data_problems WHERE instance = 'two'
      ORDER BY table_name COLLATE "C", check_name COLLATE "C"$$,
    $$VALUES ('categories', 'parent exists', 'warning', 1::bigint),
             ('completions', 'a state or a reason', 'error', 1), ('completions', 'completed with its criteria met', 'note', 1),
             ('completions', 'criteria met are not more than there are', 'error', 1),
             ('completions', 'user is enrolled', 'note', 1),
             ('courses', 'as last landed', 'error', 1), ('courses', 'category exists', 'warning', 1),
             ('courses', 'end is not before the start', 'warning', 1), ('courses', 'shortname is unique', 'warning', 1),
             ('enrolment_methods', 'as many as landed', 'error', 1), ('enrolment_methods', 'course exists', 'error', 1),
             ('enrolments', 'course exists', 'error', 1), ('enrolments', 'has a role', 'note', 1),
             ('enrolments', 'role exists', 'warning', 1), ('enrolments', 'user exists', 'warning', 1),
             ('enrolments', 'user is not deleted', 'warning', 1),
             ('grade_items', 'course exists', 'error', 1), ('grade_items', 'least is not above greatest', 'error', 1),
             ('grades', 'grade is within its bounds', 'warning', 3), ('grades', 'graded item has a range', 'warning', 1),
             ('grades', 'item exists', 'error', 1), ('grades', 'numbers are numbers', 'warning', 1),
             ('grades', 'time is not in the future', 'warning', 1), ('grades', 'user exists', 'warning', 1),
             ('grades', 'user is enrolled', 'note', 3),
             ('roles', 'as many as landed', 'error', 1), ('roles', 'shortname is unique', 'warning', 1),
             ('users', 'username is served', 'note', 1), ('users', 'username is unique', 'warning', 1)$$,
    'checks: what each found');
SELECT is((SELECT examples FROM moodle_fdw.data_problems WHERE instance = 'two' AND check_name = 'numbers are numbers'),
          '[{"record_key": "14:117:64", "field": "graderaw", "served": "A+"}]'::jsonb, 'checks: with an example');
SELECT is((SELECT examples FROM moodle_fdw.data_problems WHERE instance = 'two' AND table_name = 'enrolment_methods'
             AND check_name = 'as many as landed'), '[{"landed": 2, "stored": 1, "rows": 1}]'::jsonb, 'checks: or the numbers');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE instance = 'two'), 5::bigint, 'checks: what fails is kept');
SELECT is((SELECT count(*) FROM moodle_fdw.data_problems WHERE instance = 'one'), 0::bigint, 'checks: of another instance nothing is said');
SELECT load_two() \gset ignored_
SELECT moodle_fdw.check_data('two') \gset ignored_
SELECT is((SELECT string_agg(table_name || ' ' || check_name, ', ' ORDER BY table_name COLLATE "C") FROM moodle_fdw.data_problems
           WHERE check_name LIKE '%landed'), 'roles as many as landed',
          'checks: a load of everything mends what loaders left behind, but a row that nothing landed');
SELECT finish();
