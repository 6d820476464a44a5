CREATE FUNCTION @extschema@.masked_ip(address text) RETURNS text
    AS 'MODULE_PATHNAME', 'moodle_fdw_masked_ip'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.masked_ip(text) IS
    'the network of an address: 192.0.2.77 → 192.0.2.0, 2001:db8:1:2::3 → 2001:db8:1::; NULL for what is none';
