CREATE FUNCTION @extschema@.last_scan(
        OUT instance text, OUT entity text, OUT units bigint, OUT units_skipped bigint,
        OUT requests bigint, OUT retries bigint, OUT bytes bigint, OUT rows bigint,
        OUT skipped jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_last_scan'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.last_scan() IS
    'what the scans of this session''s last statement over Moodle tables did, and which units were passed over and why';
