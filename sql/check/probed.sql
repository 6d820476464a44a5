CREATE TYPE @extschema@.probed AS (
    cause text,             -- the fault's name in docs/errors.md; NULL = an answer came
    errorcode text,         -- Moodle's own
    sqlstate text,
    problem text,
    detail text,
    remedy text,
    http_status integer,
    latency_ms double precision,
    wire_bytes bigint,      -- as they came, compressed where they were
    body_bytes bigint,
    packed_bytes bigint,    -- what compression makes of the body at most
    compressed boolean,
    content_type text,
    site_time timestamptz,  -- the Date header
    answer jsonb
);

COMMENT ON TYPE @extschema@.probed IS 'what probe() tells of one request';
