-- What row security does to plans, over 4 sites, 4,000 courses and 100,000 rows of a mart.
\ir lib/setup.sql
SELECT no_plan();
SELECT moodle_fdw.deploy() \gset ignored_
INSERT INTO moodle_stg.categories (instance, moodle_category_id, name, depth, path, top_category_id, top_category_name,
    second_category_id, second_category_name, ts_extract)
SELECT site, d * 100 + u, 'Unit', 2, '/' || d || '/' || d * 100 + u, d, 'Directorate ' || d, d * 100 + u, 'Unit ' || d || '.' || u, now()
FROM unnest('{a,b,c,d}'::text[]) site, generate_series(1, 10) d, generate_series(1, 10) u;
INSERT INTO moodle_stg.courses (instance, moodle_course_id, fullname, categoryid, format, summary, ts_extract)
SELECT site, c, 'Course ' || c, (1 + c % 10) * 100 + 1 + (c / 10) % 10, 'topics', repeat('x', 800), now()
FROM unnest('{a,b,c,d}'::text[]) site, generate_series(1, 1000) c;
INSERT INTO moodle_stg.users (instance, moodle_user_id, username, ts_extract)
SELECT site, person, 'u' || person, now() FROM unnest('{a,b,c,d}'::text[]) site, generate_series(1, 5000) person;
INSERT INTO moodle_stg.enrolments (instance, moodle_course_id, moodle_user_id, roleid_moodle, ts_extract)
SELECT site, 1 + (person * 7 + k * 10) % 1000, person, 5, now()
FROM unnest('{a,b,c,d}'::text[]) site, generate_series(1, 5000) person, generate_series(1, 5) k;
INSERT INTO moodle_mart.course_performance (instance, moodle_course_id, course_name, moodle_user_id, total_items, graded_items,
    avg_performance_pct, completed_course, ts_generated, role_kind, counts_as_student, completion_tracked, criteria_total,
    criteria_done, top_category_name, second_category_name)
SELECT instance, moodle_course_id, fullname, moodle_user_id, 5, 3, 50, false, now(), 'student', true, false, 0, 0,
       top_category_name, second_category_name
FROM moodle_stg.enrolments JOIN moodle_stg.courses USING (instance, moodle_course_id)
JOIN moodle_stg.categories category USING (instance)
WHERE category.moodle_category_id = courses.categoryid;
SELECT moodle_fdw.build_course_units(NULL, 0, 0) \gset ignored_
ANALYZE moodle_stg.users, moodle_stg.enrolments, moodle_stg.courses, moodle_mart.course_performance, moodle_mart.course_units;
CREATE ROLE tap_boss NOLOGIN;
CREATE ROLE tap_dean NOLOGIN;
CREATE ROLE tap_head NOLOGIN;
SELECT moodle_fdw.grant_access('tap_boss'), moodle_fdw.grant_access('tap_dean', 'Directorate 3'),
       moodle_fdw.grant_access('tap_head', 'Directorate 3', 'Unit 3.4', 'a') \gset ignored_
-- Grants of others, by the thousand, do not make it slow.
INSERT INTO moodle_fdw.access_grants (grantee, is_web, directorate) SELECT 'user' || n, true, 'Directorate 1' FROM generate_series(1, 5000) n;
SET max_parallel_workers_per_gather = 0;

CREATE FUNCTION explained(who name, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text := '';
BEGIN
    PERFORM set_config('role', who, true);
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) ' || query LOOP
        plan := plan || line || E'\n';
    END LOOP;
    PERFORM set_config('role', 'none', true);
    RETURN plan;
END $$;
-- The best of some times, in milliseconds. A policy that asked for each row would be a hundred times
-- slower; the machine may be busy with something else for some of the times.
CREATE FUNCTION best(who name, query text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE began timestamptz; took double precision; least_yet double precision;
BEGIN
    PERFORM set_config('role', who, true);
    FOR n IN 1 .. 7 LOOP
        began := clock_timestamp();
        EXECUTE query;
        took := extract(epoch FROM clock_timestamp() - began) * 1000;
        least_yet := least(least_yet, took);
    END LOOP;
    PERFORM set_config('role', 'none', true);
    RETURN least_yet;
END $$;
\set by_unit 'SELECT top_category_name, second_category_name, count(*), avg(avg_performance_pct) FROM moodle_mart.course_performance WHERE counts_as_student GROUP BY 1, 2'
\set one_course 'SELECT * FROM moodle_mart.course_performance WHERE instance = ''a'' AND moodle_course_id = 32'
\set one_person 'SELECT * FROM moodle_stg.users WHERE instance = ''a'' AND moodle_user_id = 77'

SELECT explained('tap_dean', :'by_unit') AS plan \gset
SELECT matches(:'plan'::text, 'hashed SubPlan', 'the courses are a hash table, not asked for row by row');
SELECT is((SELECT max(m[1]::bigint) FROM regexp_matches(:'plan'::text, 'on course_units[^\n]*loops=(\d+)', 'g') m), 1::bigint, 'which is filled once');
SELECT matches(:'plan'::text, 'on access_grants[^\n]*loops=1\)', 'grants are read once for it');
SELECT explained('tap_boss', :'by_unit') AS plan \gset
SELECT matches(:'plan'::text, 'on course_units[^\n]*never executed', 'who sees all does not have it filled');
SELECT matches(explained('tap_dean', :'one_course'), 'Index (Only )?Scan (using|on) course_performance', 'a key is looked up in its index');
SELECT matches(explained('tap_dean', :'one_person'), 'Index (Only )?Scan (using|on) users_', 'so is a person''s');
SELECT doesnt_match(explained('tap_dean', 'SELECT count(*) FROM moodle_stg.users'), 'using enrolments_user', 'for all people it is found out at once');
SELECT moodle_stg.add_events_month('2026-01-01'), moodle_stg.add_events_month('2026-02-01') \gset ignored_
SELECT explained('tap_dean', $$SELECT count(*) FROM moodle_stg.events WHERE at >= '2026-01-05Z' AND at < '2026-01-06Z'$$) AS plan \gset
SELECT matches(:'plan'::text, 'events_2026_01.*Index Cond: .*at >= ', 'a day of events is looked up in its month');
SELECT doesnt_match(:'plan'::text, 'events_2026_02', 'and in no other');
SELECT ok(best(who, :'by_unit') < 4 * best('postgres', :'by_unit'), who || ' has a dashboard''s query in about the time that it takes without row security: '
          || round(best(who, :'by_unit')) || ' against ' || round(best('postgres', :'by_unit')) || ' ms')
FROM unnest('{tap_boss,tap_dean,tap_head}'::name[]) who;
SELECT cmp_ok(best('tap_dean', :'one_course'), '<', 100::double precision, 'a course at once');
SELECT cmp_ok(best('tap_dean', :'one_person'), '<', 100::double precision, 'a person at once');

SELECT * FROM finish();
SELECT unnest(ARRAY[format('DROP OWNED BY %I CASCADE', name), format('DROP ROLE %I', name)])
FROM unnest('{tap_boss,tap_dean,tap_head}'::text[]) name \gexec
