-- Who may use an instance sees its rows, members of pg_read_all_stats see all: the function decides.
CREATE FUNCTION @extschema@.read_instance_stats(
        OUT instance text, OUT function text, OUT requests bigint, OUT retries bigint,
        OUT errors bigint, OUT cache_hits bigint, OUT bytes bigint, OUT wire_bytes bigint,
        OUT total_ms double precision, OUT mean_ms double precision, OUT max_ms double precision,
        OUT wait_ms double precision, OUT concurrency_limit integer, OUT limits_shared boolean,
        OUT stats_since timestamptz)
    RETURNS SETOF record
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'moodle_fdw_instance_stats';

COMMENT ON FUNCTION @extschema@.read_instance_stats() IS 'behind the view instance_stats';

CREATE VIEW @extschema@.instance_stats AS
    SELECT instance, function, requests, retries, errors, cache_hits, bytes, wire_bytes,
           total_ms, mean_ms, max_ms, wait_ms, concurrency_limit, limits_shared,
           stats_since
    FROM @extschema@.read_instance_stats();

GRANT SELECT ON @extschema@.instance_stats TO PUBLIC;
COMMENT ON VIEW @extschema@.instance_stats IS
    'what was asked of each instance by each function, and what it took; over all backends if the library is preloaded, else of this session';
