-- Who loads events need not own their table. The month is all that can be said: name, bounds and
-- owner follow from the table. A partition is read through the table alone, where its rules hold.
CREATE OR REPLACE FUNCTION moodle_stg.add_events_month(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC'
    SET client_min_messages = warning
    AS $body$
DECLARE
    first CONSTANT timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    partition CONSTANT text := 'events_' || to_char(first, 'YYYY_MM');
    given text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('moodle_fdw'), hashtext('events'));
    IF month IS NULL OR to_regclass(format('moodle_stg.%I', partition)) IS NOT NULL THEN
        RETURN;
    END IF;
    -- Made apart and attached: PARTITION OF would lock out who reads the table, and two sessions that
    -- have read it would wait for each other.
    EXECUTE format('CREATE TABLE moodle_stg.%I (LIKE moodle_stg.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS
                                                INCLUDING STORAGE INCLUDING GENERATED)', partition);
    EXECUTE format('ALTER TABLE moodle_stg.events ATTACH PARTITION moodle_stg.%I FOR VALUES FROM (%L) TO (%L)',
                   partition, first, first + interval '1 month');
    EXECUTE format('ALTER TABLE moodle_stg.%I OWNER TO %I', partition,
                   (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('moodle_stg.events')));
    FOR given IN
        SELECT DISTINCT CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END
        FROM pg_class, aclexplode(relacl) acl
        WHERE pg_class.oid = to_regclass(format('moodle_stg.%I', partition)) AND acl.grantee <> relowner
    LOOP
        EXECUTE format('REVOKE ALL ON moodle_stg.%I FROM %s', partition, given);
    END LOOP;
END
$body$;
REVOKE ALL ON FUNCTION moodle_stg.add_events_month(date) FROM PUBLIC;
COMMENT ON FUNCTION moodle_stg.add_events_month(date) IS
    'part of load_events(): the partition of moodle_stg.events for a month, with the owner''s rights';
