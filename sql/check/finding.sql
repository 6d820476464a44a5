CREATE TYPE @extschema@.finding AS (
    need text,
    allowed boolean,        -- NULL = the site does not tell
    works boolean,          -- NULL = there was nothing to try it on
    latency_ms numeric,
    problem text,           -- NULL = none was found
    remedy text             -- NULL = the need's own
);

COMMENT ON TYPE @extschema@.finding IS 'part of check_instance(): what was found of one need';
