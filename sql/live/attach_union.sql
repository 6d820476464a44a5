-- Runs as the extension's owner, who owns the union tables: so it attaches nothing but the caller's
-- own foreign table over the caller's own server, under that server's name. Who calls is not to be
-- seen from in here; the session's user may be whoever that user may SET ROLE to.
CREATE FUNCTION @extschema@.attach_union(foreign_table regclass) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    target record;
BEGIN
    SELECT server.srvname AS instance, server.srvowner, relation.relowner,
           (SELECT option_value FROM pg_options_to_table(ft.ftoptions)
            WHERE option_name = 'entity') AS entity
    INTO target
    FROM pg_foreign_table ft
    JOIN pg_class relation ON relation.oid = ft.ftrelid
    JOIN pg_foreign_server server ON server.oid = ft.ftserver
    JOIN pg_foreign_data_wrapper wrapper ON wrapper.oid = server.srvfdw
    WHERE ft.ftrelid = foreign_table AND wrapper.fdwname = 'moodle_fdw';
    IF NOT FOUND OR target.entity IS NULL THEN
        RAISE EXCEPTION '% is no table of a moodle entity', foreign_table
            USING ERRCODE = 'wrong_object_type',
                  HINT = 'Tables made by IMPORT FOREIGN SCHEMA or with OPTIONS (entity …) can be attached.';
    END IF;
    IF NOT pg_has_role(session_user, target.relowner, 'MEMBER') THEN
        RAISE EXCEPTION 'must be owner of %', foreign_table
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Another's table would stand for this instance in everyone's queries.
    IF NOT pg_has_role(session_user, target.srvowner, 'MEMBER') THEN
        RAISE EXCEPTION 'must be owner of foreign server %', target.instance
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM @extschema@.ensure_union(target.entity);
    EXECUTE format('ALTER TABLE @extschema@.%I ATTACH PARTITION %s FOR VALUES IN (%L)',
                   target.entity, foreign_table, target.instance);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.attach_union(regclass) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.attach_union(regclass) IS
    'makes a foreign table of an entity a partition of the union table moodle_fdw.<entity>';
