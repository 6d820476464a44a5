-- Activity as a member of moodle_etl, who owns nothing; what partitions give away; plans.
\ir lib/setup.sql
\ir lib/site.sql
SELECT no_plan();
SELECT moodle_fdw.setup_roles() \gset ignored_
CREATE ROLE tap_counter LOGIN IN ROLE moodle_etl;
CREATE ROLE tap_keeper LOGIN IN ROLE moodle_admin;
CREATE ROLE tap_looker LOGIN IN ROLE moodle_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO moodle_admin;
GRANT moodle_admin TO tap_keeper;
SET SESSION AUTHORIZATION tap_keeper;
SELECT is((failure_of($$SELECT attach_site('site')$$)).message, 'password is required',
          'for who is no superuser postgres_fdw wants a server that asks for the password');
SELECT is_empty('SELECT 1 FROM moodle_fdw.databases', 'which leaves nothing behind');
RESET SESSION AUTHORIZATION;
SELECT attach_site('site') \gset ignored_
CREATE SCHEMA own;
GRANT USAGE ON SCHEMA own TO moodle_admin;
SELECT format('CREATE TABLE own.%1$I (LIKE site_db.%1$I); GRANT SELECT ON own.%1$I TO moodle_admin', relname)
FROM pg_class WHERE relnamespace = 'site_db'::regnamespace AND relkind = 'f' \gexec
SET SESSION AUTHORIZATION tap_keeper;
SELECT lives_ok($$SELECT moodle_fdw.attach_schema('own', 'own')$$, 'an administrator attaches a schema');
SELECT lives_ok($$UPDATE moodle_fdw.databases SET ip = 'none' WHERE instance = 'own'$$, 'changes what is his to change');
SELECT lives_ok($$SELECT moodle_fdw.detach_database('own')$$, 'and takes it off');
RESET SESSION AUTHORIZATION;
SELECT stage_site() \gset ignored_
SELECT format($$CREATE USER MAPPING FOR tap_counter SERVER site_db OPTIONS (user 'postgres', password_required 'false')$$) \gexec
GRANT USAGE ON SCHEMA site_db TO moodle_etl;
GRANT SELECT ON ALL TABLES IN SCHEMA site_db TO moodle_etl;
SELECT is(called($$CALL moodle_fdw.backfill_activity('2026-11-19', '2026-11-20')$$, 'tap_counter'), NULL,
          'a member of moodle_etl reads the log and counts');
SELECT is((SELECT count(*) FROM moodle_stg.events), 28590::bigint, 'all of it');
SELECT is((SELECT array_agg(DISTINCT status) FROM moodle_fdw.activity_status), '{completed}'::text[], 'all days are completed');
SELECT is((SELECT relowner::regrole::text FROM pg_class WHERE oid = 'moodle_stg.events_2026_11'::regclass), 'moodle_admin',
          'a month belongs to who owns the table');
SELECT is((SELECT reltuples FROM pg_class WHERE oid = 'moodle_stg.events_2026_11'::regclass), 28590::real, 'and has been analysed');
SET ROLE tap_counter;
SELECT is((failure_of('UPDATE moodle_fdw.databases SET schema_name = ''pg_temp''')).state, '42501', 'who counts does not say where a site''s tables stand');
SELECT is((failure_of('CREATE TABLE moodle_stg.mine (a integer)')).state, '42501', 'who may add months may not make tables');
SELECT is((failure_of('DROP TABLE moodle_stg.events_2026_11')).state, '42501', 'nor drop them');
SELECT is((failure_of($$SELECT moodle_fdw.purge_events('0 days')$$)).state, '42501', 'nor purge');
SELECT lives_ok($$SELECT moodle_stg.add_events_month('2031-07-15')$$, 'a month');
RESET ROLE;
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'moodle_stg.events_2031_07'::regclass),
          $$FOR VALUES FROM ('2031-07-01 00:00:00+00') TO ('2031-08-01 00:00:00+00')$$, 'has the bounds of that month') FROM set_config('timezone', 'UTC', false);
SET ROLE tap_looker;
SELECT is((SELECT count(*) FROM moodle_stg.events), 28590::bigint, 'a reader reads events');
SELECT is((failure_of('SELECT FROM moodle_stg.events_2026_11')).state, '42501', 'but not past the table');
SELECT is((failure_of($$SELECT moodle_stg.add_events_month('2032-01-01')$$)).state, '42501', 'nor adds months');
SELECT is((failure_of('CALL moodle_fdw.run_activity()')).state, '42501', 'nor counts');
SELECT is(moodle_fdw.export_user_activity(date => '2026-11-20') ->> 'status', 'completed', 'but exports');
RESET ROLE;
-- What runs as the owner of the table runs nothing of the caller's.
GRANT CREATE ON SCHEMA public TO tap_counter;
SET ROLE tap_counter;
SELECT set_config('search_path', 'public, pg_catalog', false) \gset ignored_
CREATE FUNCTION public.to_char(timestamptz, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as %', current_user; END $$;
SELECT lives_ok($$SELECT moodle_stg.add_events_month('2031-09-15'), moodle_stg.tend_events()$$, 'a search_path of the caller''s says nothing');
DROP FUNCTION public.to_char(timestamptz, text);
RESET ROLE;
-- Purging is an administrator's.
SELECT is(called($$CALL moodle_fdw.backfill_activity('2026-11-06', '2026-11-20')$$, 'tap_counter'), NULL, 'every day is counted');
SELECT set_config('test.age', format('%s days', moodle_fdw.site_today('site') - '2026-11-21'::date), false) \gset ignored_
-- What a day costs: one month of the table, and of that the pages of the day.
SELECT moodle_stg.add_events_month('2026-10-01') \gset ignored_
INSERT INTO moodle_stg.events (instance, event_id, at, user_id, course_id, component, action, target, context_level, context_instance_id)
SELECT 'plan', 1000000 + nr, '2026-10-01Z'::timestamptz + nr * interval '20 seconds', 1, 2, 'mod_page', 'viewed', 'course_module', 70, 5
FROM generate_series(1, 120000) nr;
ANALYZE moodle_stg.events_2026_10;
SELECT moodle_stg.tend_events() \gset ignored_
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
SELECT plan_of($$SELECT count(*) FROM moodle_stg.events WHERE instance = 'plan' AND at >= '2026-10-12' AND at < '2026-10-13'$$) AS plan \gset
SELECT matches(:'plan'::text, 'events_2026_10', 'a day is looked for in its month');
SELECT unalike(:'plan'::text, '%events_2026_11%', 'alone');
SELECT matches(:'plan'::text, 'Index Scan on events_2026_10_at_idx', 'by the BRIN of times');
SELECT cmp_ok((regexp_match(:'plan'::text, 'Rows Removed by Index Recheck: (\d+)'))[1]::integer, '<', 6000, 'and little else is read');
SELECT plan_of($$SELECT count(*) FROM moodle_stg.events WHERE instance = 'plan' AND target = 'role' AND context_level = 50 AND action IN ('assigned', 'unassigned')$$) AS plan \gset
SELECT unalike(:'plan'::text, '%Seq Scan on events_2026_1%', 'who got a role is looked for among those events');
SET ROLE tap_keeper;
SELECT is(moodle_fdw.purge_events(current_setting('test.age')::interval, '{site}'), 28590::bigint, 'an administrator purges');
RESET ROLE;
SELECT * FROM finish();
SELECT moodle_fdw.detach_database('site') \gset ignored_
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_counter,tap_keeper,tap_looker,moodle_reader,moodle_etl,moodle_admin}'::text[]) name \gexec
