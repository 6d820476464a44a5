-- Not within BEGIN and COMMIT, nor called by a function: a procedure asks it before it does anything.
CREATE FUNCTION @extschema@.may_commit() RETURNS boolean
    AS 'MODULE_PATHNAME', 'moodle_fdw_may_commit'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION @extschema@.may_commit() IS
    'part of refresh(): whether the procedure that asks can commit what it does';
