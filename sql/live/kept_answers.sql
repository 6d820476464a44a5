CREATE FUNCTION @extschema@.kept_answers(
        OUT instance text, OUT role text, OUT function text, OUT arguments text, OUT bytes bigint,
        OUT age interval, OUT expires timestamptz, OUT hits bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'moodle_fdw_kept_answers'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.kept_answers() IS 'what the view moodle_fdw.cache shows';
