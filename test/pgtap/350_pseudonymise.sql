-- Pseudonyms: in every version and table, now and later; the same for the same, by a key that nobody reads.
\ir lib/setup.sql
\ir lib/warehouse.sql
\ir lib/privacy.sql
\ir lib/privacy_roles.sql
SELECT no_plan();
SELECT sim_ask('/__sim/mutate', '{"rename_user": 21, "lastname": "Earlier-Name"}') \gset ignored_
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
SELECT sim_ask('/__sim/mutate', '{"rename_user": 21, "lastname": "Later-Name"}') \gset ignored_
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
UPDATE moodle_stg.grades SET feedback = 'Well done, Earlier-Name' WHERE ctid = (SELECT min(ctid) FROM moodle_stg.grades);
SELECT moodle_stg.add_events_month(now()::date) \gset ignored_
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, course_id, component, action, target, context_level, context_instance_id, ip, other)
SELECT 'sim', 1, now(), 21, 2, 'core', 'loggedin', 'user', 10, 0, '192.0.2.77', '{"username": "earlier-name", "n": 7}';
ANALYZE moodle_raw.landing, moodle_stg.users, moodle_mart.course_performance, moodle_mart.user_progress;
CREATE TABLE words AS
    SELECT array_agg(DISTINCT word) AS of_people
    FROM (SELECT unnest(ARRAY[email, username, fullname]) AS word FROM moodle_stg.users WHERE moodle_user_id % 5 = 1
          UNION ALL SELECT unnest('{Earlier-Name,Later-Name,192.0.2.77,earlier-name}'::text[])) known
    WHERE length(word) > 4 AND word <> 'guest';
CREATE TABLE before_marts AS SELECT moodle_course_id, moodle_user_id, avg_performance_pct, completed_course, role_name FROM moodle_mart.course_performance;
CREATE TABLE before_names AS SELECT moodle_user_id, username, lastname, department FROM moodle_stg.users;
GRANT SELECT ON before_names TO PUBLIC;
SELECT cmp_ok((SELECT count(DISTINCT relation) FROM words, places_of(of_people)), '>=', 8::bigint, 'names stand in many places');

SET SESSION AUTHORIZATION tap_alice;
SELECT results_eq($$SELECT place, rows_changed > 0 FROM moodle_fdw.pseudonymise('sim')
                    WHERE place IN ('moodle_raw.landing', 'moodle_stg.users', 'moodle_stg.events', 'moodle_mart.course_performance', 'moodle_mart.user_progress')$$,
                  $$SELECT * FROM (VALUES ('moodle_mart.course_performance', true), ('moodle_mart.user_progress', true), ('moodle_raw.landing', true),
                           ('moodle_stg.events', true), ('moodle_stg.users', true)) one$$, 'an administrator pseudonymises an instance, and is told where');
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT relation, found FROM words, places_of(of_people)', 'no name stands anywhere, in no version and no statistics');
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE username !~ '^~[0-9a-f]{20}$' OR email !~ '^(~[0-9a-f]{20})?$'), 0::bigint, 'but pseudonyms');
SELECT is((SELECT count(DISTINCT username) FROM moodle_stg.users), (SELECT count(DISTINCT username) FROM before_names), 'as many as there were names');
SELECT is_empty('SELECT a.lastname FROM before_names a JOIN moodle_stg.users b USING (moodle_user_id) WHERE length(a.lastname) > 0 GROUP BY a.lastname HAVING count(DISTINCT b.lastname) <> 1',
                'the same for the same');
SELECT set_eq('SELECT moodle_user_id, department FROM moodle_stg.users', 'SELECT moodle_user_id, department FROM before_names', 'what does not name people stays');
SELECT bag_eq('SELECT moodle_course_id, moodle_user_id, avg_performance_pct, completed_course, role_name FROM moodle_mart.course_performance',
              'SELECT * FROM before_marts', 'and all figures');
SELECT is((SELECT count(*) FROM moodle_stg.users JOIN moodle_mart.user_progress USING (moodle_user_id, username, email)),
          (SELECT count(*) FROM moodle_mart.user_progress WHERE username IS NOT NULL AND email IS NOT NULL), 'tables go together as before');
SELECT is((SELECT other - 'username' FROM moodle_stg.events), '{"n": 7}'::jsonb, 'what an event tells besides stays');
SELECT matches((SELECT other ->> 'username' FROM moodle_stg.events), '^~[0-9a-f]{20}$', 'less who it was');
SELECT is((SELECT ip FROM moodle_stg.events), NULL, 'and where he was');
SELECT is((SELECT count(*) FROM moodle_stg.grades WHERE feedback ~ 'Earlier'), 0::bigint, 'what a teacher wrote goes');
SELECT is_empty($$SELECT check_name FROM moodle_fdw.data_problems WHERE severity = 'error' AND moodle_fdw.check_data('sim', NULL) >= 0$$, 'staging is as landed');
SELECT is((SELECT count(*) FROM moodle_raw.history('sim', 'user', '21')), 2::bigint, 'versions stay versions');
SELECT isnt((SELECT min(data_json ->> 'lastname') FROM moodle_raw.history('sim', 'user', '21')),
            (SELECT max(data_json ->> 'lastname') FROM moodle_raw.history('sim', 'user', '21')), 'and differ as they did');
SELECT is((SELECT count(*) FROM moodle_raw.landing WHERE entity = 'user' AND hash_content = decode(md5(data_json::text), 'hex')), 0::bigint, 'hashes tell nobody who it is');

-- Later refreshes.
SELECT all_versions() AS versions_before \gset
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
SELECT is(last_status(), 'completed', 'a refresh afterwards');
SELECT is(all_versions(), :versions_before::bigint, 'finds nothing that has changed');
SELECT sim_ask('/__sim/mutate', '{"rename_user": 21, "lastname": "Latest-Name"}') \gset ignored_
SELECT sim_ask('/__sim/mutate', '{"bump_user": 22}') \gset ignored_
SELECT sim_ask('/__sim/mutate', '{"bump_course": 5}') \gset ignored_
SELECT sim_ask('/__sim/set', '{"add_users": 1}') \gset ignored_
SET SESSION AUTHORIZATION tap_bot;
CALL moodle_fdw.refresh();
RESET SESSION AUTHORIZATION;
SELECT is(last_status(), 'completed', 'one with news');
SELECT cmp_ok((landed('user')).changed, '>=', 2::bigint, 'lands them');
SELECT is((landed('user')).added, 1::bigint, 'somebody new too');
SELECT is((SELECT count(*) FROM moodle_stg.users WHERE username !~ '^~'), 0::bigint, 'under pseudonyms');
UPDATE words SET of_people = of_people || ARRAY(
    SELECT unnest(ARRAY[email, username, fullname]) FROM (SELECT * FROM sim.users ORDER BY user_id DESC LIMIT 20) latest) || '{Latest-Name}';
SELECT is_empty('SELECT relation, found FROM words, places_of(of_people)', 'no name of the site stands anywhere');
SELECT is((SELECT username FROM moodle_stg.users WHERE moodle_user_id = 22), (SELECT moodle_fdw.pseudonym('sim', username) FROM before_names WHERE moodle_user_id = 22),
          'the pseudonym of a person stays the same');
SELECT is_empty($$SELECT check_name, table_name FROM moodle_fdw.data_problems WHERE severity = 'error'$$, 'and staging is as landed');

-- However else a row comes.
INSERT INTO moodle_stg.users (instance, moodle_user_id, username, email, phone1, ts_extract) VALUES ('sim', 90001, 'new', 'new@example.org', '555', now());
UPDATE moodle_stg.users SET firstname = 'Plain' WHERE moodle_user_id = 90001;
SELECT results_eq('SELECT username ~ ''^~'', email ~ ''^~'', firstname ~ ''^~'', phone1 FROM moodle_stg.users WHERE moodle_user_id = 90001',
                  'SELECT true, true, true, NULL::text', 'a row from elsewhere is guarded');
INSERT INTO moodle_stg.users (instance, moodle_user_id, username, ts_extract) VALUES ('other', 1, 'open', now());
SELECT is((SELECT username FROM moodle_stg.users WHERE instance = 'other'), 'open', 'that of another instance is not');
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, component, action, target, context_level, context_instance_id, ip, other)
VALUES ('sim', 2, now(), 3, 'core', 'loggedin', 'user', 10, 0, '192.0.2.78', '{"email": "x@example.org"}'), ('sim', 3, now(), 3, 'core', 'viewed', 'user', 10, 0, NULL, '{"n": 1}');
SELECT results_eq('SELECT ip, other ->> ''email'' ~ ''^~'', other ->> ''n'' FROM moodle_stg.events WHERE event_id > 1 ORDER BY event_id',
                  $$VALUES (NULL::text, true, NULL::text), (NULL, NULL, '1')$$, 'events too, in their partitions');
DELETE FROM moodle_stg.users WHERE moodle_user_id = 90001 OR instance = 'other';

-- The key.
SELECT is((SELECT count(*) FROM moodle_fdw.pseudonym_keys WHERE octet_length(key) = 32), 1::bigint, 'there is a key');
SELECT format($$SET ROLE %1$I;
SELECT throws_ok('SELECT key FROM moodle_fdw.pseudonym_keys', '42501', NULL, '%1$s does not read it');
SELECT throws_ok('UPDATE moodle_fdw.pseudonym_keys SET key = key', '42501', NULL, 'nor sets it');
RESET ROLE$$, name) FROM unnest('{tap_alice,tap_bot,moodle_admin,moodle_etl,moodle_reader}'::text[]) name \gexec
SELECT is_empty($$SELECT acl FROM pg_class, aclexplode(relacl) acl WHERE oid = 'moodle_fdw.pseudonym_keys'::regclass AND grantee <> relowner$$, 'nobody has a right on it');
SET ROLE moodle_reader;
SELECT throws_ok($$SELECT moodle_fdw.pseudonym('sim', 'ann')$$, '42501', NULL, 'a reader tries no names');
RESET ROLE;
SET ROLE tap_alice;
SELECT is(moodle_fdw.pseudonym('sim', (SELECT username FROM public.before_names WHERE moodle_user_id = 22)), (SELECT username FROM moodle_stg.users WHERE moodle_user_id = 22),
          'an administrator finds somebody by name');
SELECT throws_ok($$SELECT moodle_fdw.pseudonym('elsewhere', 'ann')$$, 'P0002', NULL, 'where there is no key there are no pseudonyms');
RESET ROLE;
SELECT isnt(moodle_fdw.pseudonym('sim', 'ann'), '~' || left(encode(sha256('ann'), 'hex'), 20), 'it is no plain hash');
SELECT moodle_fdw.new_key('other') \gset ignored_
SELECT isnt(moodle_fdw.pseudonym('sim', 'ann'), moodle_fdw.pseudonym('other', 'ann'), 'each instance has its own');
SELECT is(moodle_fdw.pseudonym('sim', moodle_fdw.pseudonym('sim', 'ann')), moodle_fdw.pseudonym('sim', 'ann'), 'a pseudonym has none');
SELECT is(moodle_fdw.pseudonym('sim', ''), '', 'nor has nothing');

-- Again, and wrong.
SELECT all_versions() AS versions_before \gset
CREATE TABLE before_hashes AS SELECT id, hash_content, data_json FROM moodle_raw.landing;
SELECT is((SELECT sum(rows_changed) FROM moodle_fdw.pseudonymise('sim')), 0::numeric, 'once more changes nothing');
SELECT bag_eq('SELECT id, hash_content, data_json FROM moodle_raw.landing', 'SELECT * FROM before_hashes', 'in the landing either');
SELECT throws_ok($$SELECT moodle_fdw.pseudonymise('nowhere')$$, '42704', NULL, 'there is no such instance');
SELECT results_eq('SELECT action, instance, by_role FROM moodle_fdw.privacy_log ORDER BY log_id', $$VALUES ('pseudonymise', 'sim', 'tap_alice'), ('pseudonymise', 'sim', 'postgres')$$, 'it is logged');
SELECT lives_ok('SELECT moodle_fdw.deploy()', 'deploy()');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgname = 'moodle_fdw_guard_pseudonyms' AND tgparentid = 0),
          (SELECT count(*) FROM moodle_fdw.warehouse_relations() WHERE kind IN ('r', 'p') AND NOT is_partition AND relation::text !~ '^moodle_raw'
             AND moodle_fdw.private_condition(relation, '') IS NOT NULL), 'every table with names is guarded');

-- A log is long: what its guard takes is in proportion. Looking at the catalog for each row would make it a hundred times.
SELECT moodle_stg.add_events_month('2026-10-01') \gset ignored_
CREATE FUNCTION logged_in(of_instance text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    began CONSTANT timestamptz := clock_timestamp();
BEGIN
    INSERT INTO moodle_stg.events (instance, event_id, at, user_id, course_id, component, action, target, context_level, context_instance_id, ip)
    SELECT of_instance, nr, '2026-10-01Z'::timestamptz + nr * interval '2 minutes', 1, 2, 'mod_page', 'viewed', 'course_module', 70, 5, '203.0.113.7'
    FROM generate_series(1, 20000) nr;
    RETURN extract(epoch FROM clock_timestamp() - began);
END $$;
SELECT logged_in('not_private') AS plain, logged_in('sim') AS guarded \gset
SELECT cmp_ok(:guarded::numeric, '<', 30 * :plain::numeric, 'events of a site with pseudonyms are loaded in about the time of others');
SELECT results_eq($$SELECT DISTINCT instance, ip FROM moodle_stg.events ORDER BY 1$$, $$VALUES ('not_private', '203.0.113.7'), ('sim', NULL)$$, 'without their addresses');

SELECT * FROM finish();
SELECT moodle_fdw.remove_instance('sim', purge => true) \gset ignored_
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_alice,tap_bot,moodle_reader,moodle_etl,moodle_admin}'::text[]) name \gexec
