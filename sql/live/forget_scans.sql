CREATE FUNCTION @extschema@.forget_scans() RETURNS void
    AS 'MODULE_PATHNAME', 'moodle_fdw_forget_scans'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.forget_scans() IS
    'last_scan() begins anew: for one statement that runs several, as CALL does';
