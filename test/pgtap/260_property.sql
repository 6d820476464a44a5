-- Whatever happens to a site, and however the refreshes before went: an instance that was refreshed
-- all along holds the same as one that is refreshed from nothing. Seeded, so that a failure comes again.
\ir lib/setup.sql
\ir lib/warehouse.sql
\set rounds 16
SELECT plan(3 * :rounds + 4);
SELECT setseed(0.4711) \gset ignored_

-- From the first to the last; each end is likely enough to be met.
CREATE FUNCTION any_of(first integer, last integer) RETURNS integer LANGUAGE sql AS
    $$ SELECT first + floor(random() * (last - first + 1))::integer $$;
CREATE TABLE told (round integer, change text);
-- Some ten changes. Roles stay among those that somebody always has: nothing says that one is gone.
CREATE FUNCTION mutate(round integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    a_user integer;
    a_course integer;
    one text;
BEGIN
    FOR i IN 1 .. any_of(6, 14) LOOP
        a_user := any_of(3, 200);
        a_course := any_of(2, 21);
        one := CASE any_of(1, 16)
            WHEN 1 THEN format('{"bump_user": %s}', a_user)
            WHEN 2 THEN format('{"delete_user": %s}', a_user)
            WHEN 3 THEN format('{"restore_user": %s}', coalesce(
                (SELECT (change::jsonb ->> 'delete_user')::integer FROM told WHERE change LIKE '%delete_user%' ORDER BY random() LIMIT 1), a_user))
            WHEN 4 THEN format('{"add_users": %s}', any_of(1, 3))
            WHEN 5 THEN format('{"bump_course": %s}', a_course)
            WHEN 6 THEN format('{"delete_course": %s}', a_course)
            WHEN 7 THEN format('{"restore_course": %s}', coalesce(
                (SELECT (change::jsonb ->> 'delete_course')::integer FROM told WHERE change LIKE '%delete_course%' ORDER BY random() LIMIT 1), a_course))
            WHEN 8 THEN format('{"end_course": %s, "at": %s}', a_course, any_of(1750000000, 1770000000))
            WHEN 9 THEN format('{"enrol": %s, "user": %s, "role": %s}', a_course, a_user, any_of(3, 5))
            WHEN 10 THEN format('{"bump_item": %s}', a_course * 1000 + any_of(1, 6))
            WHEN 11 THEN format('{"delete_item": %s}', a_course * 1000 + any_of(1, 6))
            ELSE -- of somebody who takes part
                (SELECT format('{"%s": %s, "user": %s}', ('{unenrol,suspend,complete,bump_grade,bump_grade}'::text[])[any_of(1, 5)],
                               unit_id, moodle_id)
                 FROM moodle_raw.current WHERE instance = 'sim' AND entity = 'enrolment' ORDER BY unit_id, moodle_id
                 OFFSET any_of(0, 400) LIMIT 1) END;
        CONTINUE WHEN one IS NULL;
        PERFORM change(one);
        INSERT INTO told VALUES (round, one);
    END LOOP;
END $$;

-- Each fourth time the refresh before the last one is of another kind.
CREATE PROCEDURE refresh_otherwise(round integer) LANGUAGE plpgsql AS $$
BEGIN
    CASE round % 4
        WHEN 0 THEN
            PERFORM fault(format('{"kind": "http_status", "status": 500, "body": "<h1>oops</h1>", "times": -1, "match": {"courseid": "%s"}}', any_of(2, 21)),
                          format('{"kind": "moodle_error", "errorcode": "nopermissions", "exception": "x", "message": "no", "times": -1, "function": "core_enrol_get_enrolled_users", "match": {"courseid": "%s"}}', any_of(2, 21)),
                          '{"kind": "cut_body", "after_bytes": 20000, "times": -1, "function": "core_user_get_users"}');
            CALL moodle_fdw.refresh('{sim}');
            PERFORM no_faults();
        WHEN 1 THEN CALL moodle_fdw.refresh('{sim}', '{users,courses,grades}');
        WHEN 2 THEN CALL moodle_fdw.refresh('{sim}', full_scan => false);
        ELSE CALL moodle_fdw.refresh('{sim}', '{enrolments}');
    END CASE;
END $$;

CREATE FUNCTION anew() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM moodle_fdw.instances WHERE name = 'fresh') THEN
        PERFORM moodle_fdw.remove_instance('fresh', purge => true);
    END IF;
    PERFORM moodle_fdw.add_instance('fresh', current_setting('test.sim_url'), current_setting('test.token'));
END $$;

-- What cannot be the same: when, and which version; a count that is volatile; a person who is gone
-- stays in staging as deleted; and the weeks, which are made of what was seen to change.
CREATE VIEW compared AS
    SELECT format('%I.%I', schemaname, tablename) AS name,
           '{instance,ts_extract,ts_generated,data_as_of,coursecount}'::text[] AS left_out,
           -- A course that is gone keeps its directorate and unit, for the sake of what is kept of it.
           CASE tablename WHEN 'users' THEN 'deleted = 0'
                          WHEN 'course_units' THEN '(instance, moodle_course_id) IN
                              (SELECT instance, moodle_course_id FROM moodle_stg.courses)'
                          ELSE 'true' END AS condition
    FROM pg_tables
    WHERE schemaname IN ('moodle_stg', 'moodle_mart') AND tablename <> 'learner_progress_weekly'
      AND EXISTS (SELECT FROM information_schema.columns
                  WHERE table_schema = schemaname AND table_name = tablename AND column_name = 'instance')
    UNION ALL
    SELECT 'moodle_raw.current', '{instance,id,run_id,hash_content,ts_extract,ts_load,previous_id}', 'true';
CREATE FUNCTION differences(one text, other text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    target record;
    line text;
BEGIN
    FOR target IN SELECT * FROM compared LOOP
        FOR line IN EXECUTE format($query$
            WITH rows AS (
                SELECT instance, to_jsonb(t) - %L::text[] #- '{data_json,coursecount}' AS content
                FROM %s t WHERE instance IN ($1, $2) AND %s),
            apart AS (
                SELECT '%s: only of ' || $1 || ': ' AS told, content
                FROM (SELECT content FROM rows WHERE instance = $1 EXCEPT ALL SELECT content FROM rows WHERE instance = $2) a
                UNION ALL
                SELECT '%s: only of ' || $2 || ': ', content
                FROM (SELECT content FROM rows WHERE instance = $2 EXCEPT ALL SELECT content FROM rows WHERE instance = $1) b)
            SELECT told || left(content::text, 600) FROM apart ORDER BY content::text LIMIT 4$query$,
            target.left_out, target.name, target.condition, target.name, target.name) USING one, other
        LOOP
            RETURN NEXT line;
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION is_same(round integer) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    found text[] := ARRAY(SELECT differences('sim', 'fresh'));
BEGIN
    RETURN NEXT is(found, '{}', format('round %s: as from nothing', round));
    IF found <> '{}' THEN
        RETURN NEXT diag('changes of the round: ' || (SELECT string_agg(change, ' ') FROM told WHERE told.round = is_same.round));
    END IF;
END $$;

CALL moodle_fdw.refresh('{sim}');
SELECT ok((SELECT count(*) FROM compared) >= 14, 'the tables that are compared');
SELECT format('DO $do$ BEGIN PERFORM mutate(%s); END $do$', round),
       format('CALL refresh_otherwise(%s)', round),
       format('DO $do$ BEGIN PERFORM mutate(%s); END $do$', round),
       'CALL moodle_fdw.refresh(''{sim}'')',
       format('SELECT is(last_status(), ''completed'', ''round %s: refreshed'')', round),
       'DO $do$ BEGIN PERFORM anew(); END $do$',
       'CALL moodle_fdw.refresh(''{fresh}'')',
       format('SELECT is(last_status(), ''completed'', ''round %s: from nothing'')', round),
       format('SELECT is_same(%s)', round)
FROM generate_series(1, :rounds) round \gexec
-- That enough has happened, and that a difference would be seen.
SELECT ok((SELECT count(DISTINCT left(change, 8)) FROM told) >= 12, 'every kind of change was made');
UPDATE moodle_stg.grades SET finalgrade = finalgrade + 0.01
WHERE instance = 'sim' AND ctid = (SELECT min(ctid) FROM moodle_stg.grades WHERE instance = 'sim' AND finalgrade IS NOT NULL);
SELECT is((SELECT count(*) FROM differences('sim', 'fresh')), 2::bigint, 'one grade that is off by a hundredth is seen');
SELECT ok((SELECT count(*) FILTER (WHERE is_deleted) FROM moodle_raw.landing WHERE instance = 'sim') > 100, 'much was lost on the way');
SELECT finish();
