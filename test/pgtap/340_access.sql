-- Who sees what: directorates, units and instances, by roles and by a web layer.
\ir lib/setup.sql
\ir lib/access.sql
SELECT no_plan();
SELECT results_eq(
    $$SELECT instance, moodle_course_id::int, directorate, unit FROM moodle_mart.course_units ORDER BY 1, 2$$,
    $$VALUES ('abroad', 11, 'Health', NULL), ('uni', 1, NULL, NULL), ('uni', 11, 'Health', 'Nursing'), ('uni', 12, 'Health', 'Pharmacy'),
             ('uni', 13, 'Health', NULL), ('uni', 21, 'Law', 'Civil'), ('uni', 22, 'Law', NULL)$$,
    'directorate and unit are the first two levels of the categories');

CREATE ROLE tap_reader NOLOGIN;
GRANT USAGE ON SCHEMA moodle_stg, moodle_mart TO tap_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA moodle_stg, moodle_mart TO tap_reader;
SELECT is(seen('tap_reader', 'moodle_mart.course_performance', 'moodle_course_id'), '-1,11,12,21,22',
          'until something is granted, who may read a table reads all of it');
SELECT is((SELECT count(*) FROM pg_policy), 0::bigint, 'and there is no policy');

CREATE ROLE tap_boss NOLOGIN;
CREATE ROLE tap_health NOLOGIN;
CREATE ROLE tap_nurse NOLOGIN;
CREATE ROLE tap_uni NOLOGIN;
CREATE ROLE tap_both NOLOGIN;
CREATE ROLE tap_none NOLOGIN;
CREATE ROLE tap_member NOLOGIN IN ROLE tap_nurse;
CREATE ROLE tap_distant NOLOGIN NOINHERIT IN ROLE tap_nurse;
CREATE ROLE "Tap ""quoted"" role" NOLOGIN;
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_boss')$$, 'everything');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_health', 'Health')$$, 'a directorate, of any instance');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_nurse', 'Health', 'Nursing', 'uni')$$, 'a unit of an instance');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_uni', instance => 'uni')$$, 'an instance');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_both', unit => 'Pharmacy'), moodle_fdw.grant_access('tap_both', unit => 'Civil')$$,
                'units, whatever their directorate');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('Tap "quoted" role', 'Law')$$, 'a role of an odd name');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_boss')$$, 'once more');
SELECT is((SELECT count(*) FROM moodle_fdw.access WHERE grantee = 'tap_boss'), 1::bigint, 'is the same');
SELECT throws_ok($$SELECT moodle_fdw.grant_access('tap_nobody')$$, '42704', 'there is no role "tap_nobody"', 'no role, no grant');
SELECT is((SELECT count(*) FROM moodle_fdw.access_gaps), 0::bigint, 'row security holds for all of the warehouse');

-- Courses, and what carries one.
CREATE TABLE expected (role name, courses text, people text, whole_people text, categories text, sites text, totals text);
INSERT INTO expected VALUES
    ('tap_boss', '-1,1,11,12,13,21,22', '-1,101,102,103,104,105,106', '-1,101,102,103,105,106', '-1,1,2,3,4,5', 'abroad,uni', 'abroad,uni'),
    ('tap_health', '-1,11,12,13', '-1,101,102,105', '-1,101,105', '-1,1,2,3', 'abroad,uni', ''),
    ('tap_nurse', '11', '101,102', '101', '1,2', 'uni', ''),
    ('tap_member', '11', '101,102', '101', '1,2', 'uni', ''),
    ('tap_uni', '1,11,12,13,21,22', '101,102,103,104,105,106', '101,102,103,105,106', '1,2,3,4,5', 'uni', 'uni'),
    ('tap_both', '12,21', '102,103,105', '103,105', '1,3,4,5', 'uni', ''),
    ('Tap "quoted" role', '21,22', '102,103,106', '103,106', '4,5', 'uni', ''),
    ('tap_reader', '', '', '', '', '', '');
GRANT USAGE ON SCHEMA moodle_raw TO tap_boss, tap_health, tap_nurse, tap_uni, tap_both, "Tap ""quoted"" role", tap_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA moodle_raw TO tap_boss, tap_health, tap_nurse, tap_uni, tap_both, "Tap ""quoted"" role", tap_reader;
SELECT unnest(ARRAY[
       is(seen(role, 'moodle_stg.courses', 'moodle_course_id'), courses, role || ' sees their courses'),
       is(seen(role, 'moodle_mart.course_units', 'moodle_course_id'), courses, role || ' sees whose they are'),
       is(seen(role, 'moodle_stg.grade_items', 'moodle_course_id'), regexp_replace(courses, '(^|,)1,11', '\1' || '11'), role || ' sees their items'),
       is(seen(role, 'moodle_stg.users', 'moodle_user_id'), people, role || ' sees who takes part in them'),
       is(seen(role, 'moodle_mart.user_progress', 'moodle_user_id'), whole_people, role || ' sees the totals of those who take part in no other'),
       is(seen(role, 'moodle_stg.categories', 'moodle_category_id'), categories, role || ' sees their categories and those above'),
       is(asked_by(role, 'SELECT coalesce(string_agg(DISTINCT instance, '','' ORDER BY instance), '''') FROM moodle_stg.roles'), sites, role || ' sees the roles of their sites'),
       is(asked_by(role, 'SELECT coalesce(string_agg(DISTINCT instance, '','' ORDER BY instance), '''') FROM moodle_mart.instance_summary'), totals, role || ' sees the totals of whole sites'),
       is(asked_by(role, 'SELECT count(*) > 0 FROM moodle_mart.role_kinds'), (CASE role WHEN 'tap_reader' THEN 'false' ELSE 'true' END), role || ' sees rules')])
FROM expected;
SELECT unnest(ARRAY[is(seen(role, relation, 'moodle_course_id'), seen(role, 'moodle_mart.course_performance', 'moodle_course_id'), role || ' sees the same of ' || relation),
       ok(seen(role, relation, 'moodle_course_id') = '' OR seen(role, 'moodle_stg.courses', 'moodle_course_id')
          LIKE '%' || split_part(seen(role, relation, 'moodle_course_id'), ',', 1) || '%', 'and it is of their courses')])
FROM expected, unnest('{moodle_stg.enrolments,moodle_stg.grades,moodle_mart.student_performance,moodle_mart.completion_funnel,moodle_mart.grade_distribution}'::text[]) relation;
SELECT is(seen('tap_nurse', 'moodle_mart.course_performance', 'moodle_course_id'), '11', 'marts of a course');
SELECT is(seen('tap_nurse', 'moodle_mart.course_summary', 'moodle_course_id'), '11', 'summaries');

-- Raw, where somebody lets it be read.
SELECT unnest(ARRAY[is(asked_by(role, $$SELECT string_agg(DISTINCT moodle_id::text, ',' ORDER BY moodle_id::text) FROM moodle_raw.landing WHERE entity = 'user'$$),
          nullif(replace(people, '-1,', ''), ''), role || ' sees the records of the same people'),
       is(asked_by(role, $$SELECT string_agg(DISTINCT unit_id::text, ',' ORDER BY unit_id::text) FROM moodle_raw.landing WHERE unit_id > 0$$),
          asked_by(role, $$SELECT string_agg(DISTINCT moodle_course_id::text, ',' ORDER BY moodle_course_id::text) FROM moodle_stg.enrolments WHERE instance = 'uni'$$),
          role || ' sees the records of the same courses'),
       is(asked_by(role, $$SELECT count(*) FROM moodle_raw.current$$), asked_by(role, $$SELECT count(*) FROM moodle_raw.landing$$), role || ' through the view too'),
       is(asked_by(role, $$SELECT count(*) FROM moodle_raw.landing_uni$$), asked_by(role, $$SELECT count(*) FROM moodle_raw.landing$$), role || ' and in the partition')])
FROM expected WHERE role NOT IN ('tap_member');

-- By being a member: as PostgreSQL has it for other rights.
SELECT throws_ok($$SELECT seen('tap_distant', 'moodle_stg.courses', 'moodle_course_id')$$, '42501', NULL, 'NOINHERIT must SET ROLE');
SELECT is(seen('tap_nurse', 'moodle_stg.courses', 'moodle_course_id'), '11', 'which is a role like others');
SELECT throws_ok($$SELECT seen('tap_none', 'moodle_stg.courses', 'moodle_course_id')$$, '42501', NULL, 'a role without a grant may not even ask');
SELECT is(seen('tap_reader', 'moodle_mart.learner_progress', 'moodle_course_id'), '', 'nor sees, where it may');
GRANT tap_both TO tap_nurse;
SELECT is(seen('tap_nurse', 'moodle_stg.courses', 'moodle_course_id'), '11,12,21', 'grants of several roles add up');
REVOKE tap_both FROM tap_nurse;

-- One's own grants, and an administrator's view of all.
SELECT is(asked_by('tap_member', 'SELECT string_agg(grantee, '','') FROM moodle_fdw.access'), 'tap_nurse', 'one sees one''s own grants');
SELECT is(asked_by('tap_reader', 'SELECT count(*) FROM moodle_fdw.access'), '0', 'and no others');
SELECT is((SELECT count(*) FROM moodle_fdw.access), 7::bigint, 'who grants sees all');

-- A rule instead of the categories, in force at once.
INSERT INTO moodle_mart.course_unit_rules (instance, moodle_category_id, directorate, unit) VALUES ('uni', 4, 'Health', 'Forensics');
SELECT is(seen('tap_health', 'moodle_stg.courses', 'moodle_course_id'), '-1,11,12,13,21,22', 'a rule for a category and all below it');
INSERT INTO moodle_mart.course_unit_rules (instance, moodle_category_id, directorate, unit) VALUES ('uni', 5, 'Law', NULL);
SELECT is(seen('tap_health', 'moodle_stg.courses', 'moodle_course_id'), '-1,11,12,13,22', 'the nearer category decides');
INSERT INTO moodle_mart.course_unit_rules (instance, moodle_course_id, directorate, unit)
VALUES ('uni', 21, 'Health', 'Forensics'), ('uni', 11, NULL, NULL), ('uni', 1, 'Health', 'Web');
SELECT is(seen('tap_health', 'moodle_stg.courses', 'moodle_course_id'), '-1,1,12,13,21,22', 'the course decides first, also that it is nobody''s');
SELECT is(seen('tap_nurse', 'moodle_stg.users', 'moodle_user_id'), '', 'people follow their courses');
DELETE FROM moodle_mart.course_unit_rules;
SELECT is(seen('tap_health', 'moodle_stg.courses', 'moodle_course_id'), '-1,11,12,13', 'without rules it is as before');

-- A web layer: its user is whom the claims name.
CREATE ROLE tap_web NOLOGIN;
SELECT lives_ok($$SELECT moodle_fdw.trust_claims('tap_web')$$, 'a role is made a web layer');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('carla', 'Health', 'Pharmacy', web => true), moodle_fdw.grant_access('root', web => true)$$, 'users of it');
SELECT is(seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', '{"username": "carla", "role": "x"}'), '12', 'a user sees what is granted');
SELECT is(seen('tap_web', 'moodle_stg.courses', 'moodle_course_id', '{"username": "root"}'), '-1,1,11,12,13,21,22', 'an administrator all');
SELECT throws_ok($$SELECT seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', '{"username": "mallory"}')$$, '42501',
                 'the user whom the request names is not known here', 'an unknown one is an error');
SELECT throws_ok(format($$SELECT seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', %L)$$, claims), '42501',
                 'the request names no user', 'as is ' || coalesce(claims, 'none'))
FROM unnest(ARRAY[NULL, '{}', '[]', '"carla"', 'null', '{"username": null}', '{"username": ""}', '{"username": 7}',
                  '{"username": ["carla"]}', '{"user": "carla"}', '{"Username": "carla"}']) claims;
SELECT throws_ok($$SELECT seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', '{"username": ')$$, '22P02', NULL, 'or what is no JSON');
SELECT throws_ok($$SELECT seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', '{"username": "tap_boss"}')$$, '42501', NULL,
                 'a role''s name is no user''s');
SELECT lives_ok($$SELECT moodle_fdw.grant_access('tap_web', 'Law')$$, 'what is granted to the layer itself');
SELECT is(seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', '{"username": "carla"}'), '12', 'is not for its users');
SELECT moodle_fdw.trust_claims('tap_web', 'preferred_username') \gset ignored_
SELECT is(seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', '{"preferred_username": "carla", "username": "root"}'), '12', 'another claim names them');
SELECT moodle_fdw.distrust_claims('tap_web') \gset ignored_
SELECT is(seen('tap_web', 'moodle_mart.course_summary', 'moodle_course_id', '{"preferred_username": "carla"}'), '21,22', 'no web layer any more: its own grants');
SELECT throws_ok($$SELECT moodle_fdw.trust_claims('postgres')$$, '0LP01', NULL, 'a superuser is no web layer');
SELECT throws_ok($$SELECT moodle_fdw.trust_claims('tap_nobody')$$, '42704', NULL, 'nor who is not there');

-- Away with it.
SELECT is(moodle_fdw.revoke_access('tap_both', unit => 'Civil'), 1::bigint, 'one of two is taken');
SELECT is(seen('tap_both', 'moodle_stg.courses', 'moodle_course_id'), '12', 'the other remains');
SELECT is(moodle_fdw.revoke_access('tap_both', 'Law'), 0::bigint, 'what was not granted cannot be taken');
SELECT is(moodle_fdw.revoke_access('tap_both'), 1::bigint, 'all that is left');
SELECT is(refused('tap_both', 'SELECT count(*) FROM moodle_stg.courses'), '42501', 'and with it the right to read');
SELECT is(moodle_fdw.revoke_access('carla', web => true), 1::bigint, 'of a user too');
SELECT ok(NOT EXISTS (SELECT FROM pg_shdepend WHERE refobjid = 'tap_none'::regrole), 'a role that was never granted anything has no rights');
REVOKE ALL ON SCHEMA moodle_raw FROM tap_both;
REVOKE ALL ON ALL TABLES IN SCHEMA moodle_raw FROM tap_both;
SELECT lives_ok('DROP ROLE tap_both', 'a role whose grants were taken can be dropped');

-- Off, and on again.
SELECT lives_ok('SELECT moodle_fdw.disable_access()', 'row security is switched off');
SELECT is(seen('tap_reader', 'moodle_stg.courses', 'moodle_course_id'), '-1,1,11,12,13,21,22', 'who may read a table reads all of it');
SELECT is((SELECT count(*) FROM pg_policy), 0::bigint, 'without a policy');
SELECT is((SELECT count(*) FROM pg_class WHERE relrowsecurity), 0::bigint, 'or a trace');
SELECT lives_ok('SELECT moodle_fdw.enable_access()', 'and on');
SELECT is(seen('tap_reader', 'moodle_stg.courses', 'moodle_course_id'), '', 'and is as it was');
SELECT is(seen('tap_nurse', 'moodle_stg.courses', 'moodle_course_id'), '11', 'grants were kept');

-- Without the extension nobody is let in by mistake.
SET client_min_messages = error;
DROP EXTENSION moodle_fdw CASCADE;
SELECT is((SELECT count(*) FROM pg_policy), 0::bigint, 'dropped, the extension takes its policies along');
SELECT is(seen(role, 'moodle_stg.courses', 'moodle_course_id'), '', role || ' sees nothing then') FROM unnest('{tap_boss,tap_nurse,tap_reader}'::name[]) role;
SELECT is((SELECT count(*) FROM moodle_stg.courses), 7::bigint, 'the owner has all that was there');

SELECT * FROM finish();
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_reader,tap_boss,tap_health,tap_nurse,tap_uni,tap_none,tap_member,tap_distant,tap_web,"Tap \"quoted\" role"}'::text[]) name \gexec
