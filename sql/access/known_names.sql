CREATE FUNCTION @extschema@.known_names(of_instance text, of_user bigint) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT coalesce(array_agg(DISTINCT name), '{}')
    FROM (SELECT unnest(ARRAY[username, email, fullname]) AS name FROM moodle_stg.users
          WHERE instance = of_instance AND moodle_user_id = of_user
          UNION ALL
          SELECT unnest(ARRAY[data_json ->> 'username', data_json ->> 'email', data_json ->> 'fullname'])
          FROM moodle_raw.landing
          WHERE instance = of_instance AND entity IN ('user', 'db_user') AND record_key = of_user::text) known
    WHERE name <> ''
    $$;

COMMENT ON FUNCTION @extschema@.known_names(text, bigint) IS
    'part of forget_user(): what a person is or was called';
