CREATE FUNCTION @extschema@.landed_completions(instance text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (
        is_deleted boolean,
        moodle_course_id bigint,
        moodle_user_id bigint,
        completionstate integer,
        timemodified bigint,
        completed_at timestamptz,
        started_at timestamptz,
        aggregation bigint,
        criteria_total integer,
        criteria_done integer,
        reason text,
        criteria jsonb,
        ts_extract timestamptz
    )
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.is_deleted,
           version.unit_id,
           version.moodle_id,
           @extschema@.json_flag(version.data_json, 'completed'),
           criteria.last_met,
           CASE WHEN @extschema@.json_flag(version.data_json, 'completed') OPERATOR(pg_catalog.=) 1
                THEN @extschema@.epoch_at(coalesce(
                    @extschema@.json_bigint(version.data_json, 'timecompleted'), criteria.last_met)) END,
           @extschema@.epoch_at(@extschema@.json_bigint(version.data_json, 'timestarted')),
           @extschema@.json_bigint(version.data_json, 'aggregation'),
           criteria.total,
           criteria.done,
           CASE WHEN NOT version.data_json OPERATOR(pg_catalog.?) 'completed'
                THEN pg_catalog.jsonb_object_field_text(version.data_json, 'reason') END,
           version.data_json OPERATOR(pg_catalog.->) 'completions',
           version.ts_extract
    FROM @extschema@.landed_merged($1, 'completion', $2, $3) version
    CROSS JOIN LATERAL (
        SELECT CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'completions')
                         OPERATOR(pg_catalog.=) 'array'
               THEN pg_catalog.count(*)::pg_catalog.int4 END AS total,
               CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'completions')
                         OPERATOR(pg_catalog.=) 'array'
               THEN pg_catalog.count(*) FILTER (
                   WHERE @extschema@.json_flag(criterion.value, 'complete') OPERATOR(pg_catalog.=) 1
               )::pg_catalog.int4 END AS done,
               pg_catalog.max(CASE WHEN @extschema@.json_flag(criterion.value, 'complete') OPERATOR(pg_catalog.=) 1
                              THEN nullif(@extschema@.json_bigint(criterion.value, 'timecompleted'), 0) END)
                   AS last_met
        FROM pg_catalog.jsonb_array_elements(
                 CASE WHEN pg_catalog.jsonb_typeof(version.data_json OPERATOR(pg_catalog.->) 'completions')
                           OPERATOR(pg_catalog.=) 'array'
                 THEN version.data_json OPERATOR(pg_catalog.->) 'completions' END) criterion) criteria
    $$;

COMMENT ON FUNCTION @extschema@.landed_completions(text, bigint, bigint) IS
    'what the landing table has for moodle_stg.completions in a range of ids, in its columns';
