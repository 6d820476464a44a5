-- moodle_fdw.users, moodle_fdw.courses, …: each instance's foreign table becomes a partition.
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT entity FROM @extschema@.entities LOOP
        PERFORM @extschema@.ensure_union(one);
    END LOOP;
END
$$;
