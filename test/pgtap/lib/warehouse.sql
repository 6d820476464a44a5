-- After setup.sql, for the files that refresh: CALL commits, so none of them is within a transaction.
ALTER SERVER sim OPTIONS (ADD retries '1');
ALTER SERVER sim OPTIONS (SET retry_max_delay '1s');

CREATE FUNCTION change(VARIADIC changes text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one text;
    answer text;
BEGIN
    FOREACH one IN ARRAY changes LOOP
        answer := sim_ask('/__sim/mutate', one);
        IF answer IS DISTINCT FROM 'ok' THEN
            RAISE EXCEPTION 'the simulated Moodle took no change %: %', one, answer;
        END IF;
    END LOOP;
END $$;

-- The run that ended last, its steps, and what it landed.
CREATE FUNCTION last_run() RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT max(run_id) FROM moodle_fdw.runs $$;
CREATE FUNCTION last_status() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT status FROM moodle_fdw.runs WHERE run_id = last_run() $$;
CREATE FUNCTION landed(of_entity text, OUT added bigint, OUT changed bigint, OUT deleted bigint)
    LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE previous_id IS NULL),
           count(*) FILTER (WHERE previous_id IS NOT NULL AND NOT is_deleted),
           count(*) FILTER (WHERE is_deleted)
    FROM moodle_raw.landing
    WHERE instance = 'sim' AND run_id = last_run() AND (of_entity IS NULL OR entity = of_entity)
    $$;
CREATE FUNCTION step(of_name text) RETURNS moodle_fdw.run_steps LANGUAGE sql STABLE AS
    $$ SELECT * FROM moodle_fdw.run_steps WHERE run_id = last_run() AND name = of_name $$;
CREATE FUNCTION now_known(of_entity text) RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT count(*) FROM moodle_raw.current WHERE instance = 'sim' AND entity = of_entity $$;

-- What has storage in the three schemas: tables, their indexes, TOAST tables and sequences.
CREATE VIEW stored AS
    WITH own AS (
        SELECT relation.oid, relation.reltoastrelid, relation.relname
        FROM pg_class relation
        WHERE relnamespace IN ('moodle_raw'::regnamespace, 'moodle_stg'::regnamespace,
                               'moodle_mart'::regnamespace))
    SELECT relation.oid, own.relname AS name, relation.relkind, relation.relfilenode
    FROM own
    JOIN pg_class relation ON relation.oid IN (own.oid, own.reltoastrelid)
         OR relation.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = own.reltoastrelid)
    WHERE relation.relkind IN ('r', 'i', 't', 'S') AND relation.relfilenode <> 0;
CREATE TABLE measured (name text, oid oid, size bigint, inserted bigint, updated bigint, deleted bigint);
CREATE TABLE measured_at (lsn pg_lsn);
CREATE PROCEDURE measure() LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_stat_force_next_flush();
    COMMIT;
    DELETE FROM measured;
    DELETE FROM measured_at;
    INSERT INTO measured
        SELECT name, oid, pg_relation_size(oid), pg_stat_get_tuples_inserted(oid),
               pg_stat_get_tuples_updated(oid), pg_stat_get_tuples_deleted(oid) FROM stored;
    COMMIT;
    INSERT INTO measured_at SELECT pg_current_wal_insert_lsn();
    COMMIT;
END $$;
-- Names what has grown, or had a row written or taken, since.
CREATE FUNCTION written_since() RETURNS SETOF text LANGUAGE sql VOLATILE AS $$
    SELECT format('%s: %s bytes more, %s inserted, %s updated, %s deleted', name,
                  pg_relation_size(oid) - size, pg_stat_get_tuples_inserted(oid) - inserted,
                  pg_stat_get_tuples_updated(oid) - updated, pg_stat_get_tuples_deleted(oid) - deleted)
    FROM measured
    WHERE (pg_relation_size(oid), pg_stat_get_tuples_inserted(oid), pg_stat_get_tuples_updated(oid),
           pg_stat_get_tuples_deleted(oid)) IS DISTINCT FROM (size, inserted, updated, deleted)
    UNION ALL
    SELECT name || ' is new' FROM stored WHERE oid NOT IN (SELECT oid FROM measured)
    $$;
