-- Core lists no roles: they are had from what people have. So nothing says that one is gone.
CREATE FUNCTION @extschema@.derive_roles(of_instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    written bigint;
BEGIN
    INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
                                    hash_content, ts_extract, previous_id)
    SELECT seen.run_id, of_instance, 'role', seen.role_id, seen.role_id::text, seen.role,
           seen.hash, seen.ts_extract, known.id
    FROM (SELECT DISTINCT ON (role_id) role_id, version.run_id, role, version.ts_extract,
                 decode(md5(role::text), 'hex') AS hash
          FROM moodle_raw.landing version
          CROSS JOIN LATERAL jsonb_array_elements(
              CASE jsonb_typeof(version.data_json -> 'roles') WHEN 'array'
                   THEN version.data_json -> 'roles' ELSE '[]' END) role
          CROSS JOIN LATERAL (SELECT (role ->> 'roleid')::bigint AS role_id) id
          WHERE version.instance = of_instance AND version.entity = 'enrolment'
            AND version.id > after_id AND version.id <= up_to_id AND NOT version.is_deleted
            AND role_id IS NOT NULL
          ORDER BY role_id, version.id DESC) seen
    LEFT JOIN @extschema@.latest_versions(of_instance, 'role', NULL) known
           ON known.record_key = seen.role_id::text
    WHERE known.id IS NULL OR known.hash_content <> seen.hash;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.derive_roles(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.derive_roles(text, bigint, bigint) IS
    'part of refresh(): the roles that people were seen to have in courses';
