-- Within BEGIN and COMMIT, or called by a function, a procedure can keep nothing of what it has done so
-- far: it asks this before it does anything. `procedure` and `portion` stand in the message.
CREATE FUNCTION @extschema@.require_commit(procedure text, portion text) RETURNS void
    AS 'MODULE_PATHNAME', 'moodle_fdw_require_commit'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION @extschema@.require_commit(text, text) IS
    'part of refresh(): an error unless the procedure that asks can commit what it does';
