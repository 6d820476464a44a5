CREATE VIEW @extschema@.cache AS
    SELECT instance, role, function, arguments, bytes, age, expires, hits
    FROM @extschema@.kept_answers();

COMMENT ON VIEW @extschema@.cache IS
    'the answers that are kept (option cache_ttl): those of the current role''s user mappings, of PUBLIC''s to the owner of the server, and all to members of pg_read_all_stats';
GRANT SELECT ON @extschema@.cache TO PUBLIC;
