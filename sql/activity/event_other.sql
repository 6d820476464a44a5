CREATE FUNCTION @extschema@.event_other(other text) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'moodle_fdw_event_other'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.event_other(text) IS
    'what Moodle''s log says of an event beyond its columns; {"php": …} where the site serialises it as PHP does, NULL where it says nothing';
