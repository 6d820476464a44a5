-- As in a fresh install: what this version's library serves beyond the old one's.
SELECT @extschema@.ensure_union(entity) FROM @extschema@.entities;
