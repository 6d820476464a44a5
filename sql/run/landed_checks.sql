-- The checks of moodle_stg against the landing table, made from the keys of its tables. $1 = the
-- instance, $2 and $3 = the landing ids after which and up to which it is looked at closely.
CREATE FUNCTION @extschema@.landed_checks()
    RETURNS TABLE (check_name text, table_name text, severity text, query text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH stored AS (
        SELECT landed.entity, landed.table_name, landed.entity = 'user' AS keeps_deleted,
               string_agg(quote_literal(name) || ', landed.' || quote_ident(name), ', ') AS named,
               string_agg(format('stored.%I = landed.%I', name, name), ' AND ') AS joined
        FROM (VALUES ('user', 'users'), ('course', 'courses'), ('category', 'categories'),
                     ('role', 'roles'), ('enrolment', 'enrolments'),
                     ('enrolment_method', 'enrolment_methods'), ('grade_item', 'grade_items'),
                     ('grade', 'grades'), ('completion', 'completions')) landed (entity, table_name)
        JOIN pg_index ON indrelid = format('moodle_stg.%I', landed.table_name)::regclass AND indisprimary
        JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        CROSS JOIN LATERAL (SELECT attname::text AS name) key
        WHERE name <> 'instance'
        GROUP BY landed.entity, landed.table_name
    )
    SELECT 'as last landed', table_name, 'error',
           format('SELECT jsonb_build_object(%s, ''landed'', landed.ts_extract,
                                             ''is_deleted'', landed.is_deleted, ''stored'', stored.ts_extract)
                   FROM @extschema@.landed_%s($1, $2, $3) landed
                   LEFT JOIN moodle_stg.%I stored ON stored.instance = $1 AND %s
                   WHERE CASE WHEN %s THEN stored.ts_extract IS NOT NULL
                              ELSE stored.ts_extract IS DISTINCT FROM landed.ts_extract END',
                  named, table_name, table_name, joined,
                  CASE WHEN keeps_deleted THEN 'false' ELSE 'landed.is_deleted' END)
    FROM stored
    UNION ALL
    -- A deleted person's row outlives the purge of the landing table.
    SELECT 'as many as landed', table_name, 'error',
           format('SELECT jsonb_build_object(''landed'', landed.rows, ''stored'', stored.rows,
                                             ''rows'', abs(landed.rows - stored.rows))
                   FROM (SELECT @extschema@.known_records($1, %L, %L) AS rows) landed,
                        (SELECT count(*) AS rows FROM moodle_stg.%I WHERE instance = $1) stored
                   WHERE landed.rows %s stored.rows',
                  entity, keeps_deleted, table_name,
                  CASE WHEN keeps_deleted THEN '>' ELSE '<>' END)
    FROM stored
    UNION ALL
    SELECT 'numbers are numbers', 'grades', 'warning',
           'SELECT jsonb_build_object(''record_key'', record_key, ''field'', field,
                                      ''served'', left(data_json ->> field, 100))
            FROM @extschema@.landed($1, ''grade'', $2, $3)
            CROSS JOIN unnest(''{graderaw,grademin,grademax}''::text[]) field
            WHERE NOT is_deleted
              AND ''string'' IN (jsonb_typeof(data_json -> ''graderaw''), jsonb_typeof(data_json -> ''grademin''),
                               jsonb_typeof(data_json -> ''grademax''))
              AND jsonb_typeof(data_json -> field) = ''string''
              AND btrim(data_json ->> field) NOT IN ('''', ''-'')
              AND @extschema@.json_numeric(data_json, field) IS NULL'
    $$;

COMMENT ON FUNCTION @extschema@.landed_checks() IS
    'what check_data() checks of moodle_stg against the landing table';
