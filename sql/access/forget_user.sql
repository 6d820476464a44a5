CREATE FUNCTION @extschema@.forget_user(instance text, user_id bigint, rebuild boolean DEFAULT true)
    RETURNS TABLE (place text, rows_changed bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    person CONSTANT bigint := $2;
    names text[];
    changed bigint;
    one record;
    done jsonb := '{}';
BEGIN
    IF site IS NULL OR person IS NULL THEN
        RAISE EXCEPTION 'whom to forget?' USING ERRCODE = 'null_value_not_allowed',
            HINT = 'SELECT * FROM moodle_fdw.forget_user(''moodle1'', 4711); moodle_stg.users has the numbers.';
    END IF;
    PERFORM pg_advisory_xact_lock(@extschema@.lock_class('instance'), hashtext(site));
    names := @extschema@.known_names(site, person);
    INSERT INTO @extschema@.forgotten (instance, moodle_user_id) VALUES (site, person) ON CONFLICT DO NOTHING;
    PERFORM @extschema@.apply_privacy();
    DELETE FROM moodle_raw.landing version USING @extschema@.raw_entities known
    WHERE version.instance = site AND known.entity = regexp_replace(version.entity, '^db_', '') AND 'user_id' = ANY (known.key_columns)
      AND split_part(version.record_key, ':', array_position(known.key_columns, 'user_id')) = person::text;
    GET DIAGNOSTICS changed = ROW_COUNT;
    UPDATE moodle_raw.landing SET data_json = @extschema@.private_record(site, entity, data_json)
    WHERE instance = site AND entity IN ('course', 'db_course')
      AND data_json -> 'contacts' @> jsonb_build_array(jsonb_build_object('id', person));
    done := jsonb_build_object('moodle_raw.landing', changed);
    FOR one IN
        SELECT relation,
               string_agg(format('%I = $2', column_of.name), ' OR ') FILTER (WHERE is_own) AS is_his,
               string_agg(format('%I = $2', column_of.name), ' OR ') FILTER (WHERE NOT is_own) AS names_him
        FROM @extschema@.warehouse_relations() CROSS JOIN LATERAL @extschema@.person_columns(relation) column_of
        WHERE kind IN ('r', 'p') AND NOT is_partition GROUP BY relation
    LOOP
        EXECUTE format('DELETE FROM %s WHERE instance = $1 AND (%s)', one.relation, coalesce(one.is_his, 'false'))
            USING site, person;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF one.names_him IS NOT NULL THEN
            EXECUTE @extschema@.forget_beside(one.relation, one.names_him) USING site, person, names;
        END IF;
        done := done || jsonb_build_object(one.relation::text, changed);
    END LOOP;
    UPDATE moodle_stg.courses SET contacts = @extschema@.private_contacts(site, contacts)
    WHERE instance = site AND contacts @> jsonb_build_array(jsonb_build_object('id', person));
    DELETE FROM @extschema@.data_checks
    WHERE instance = site AND examples @> jsonb_build_array(jsonb_build_object('moodle_user_id', person));
    -- Figures in which he was counted.
    IF rebuild THEN
        PERFORM @extschema@.rebuild_marts(site);
    END IF;
    PERFORM @extschema@.clean_traces(site);
    INSERT INTO @extschema@.privacy_log (action, instance, moodle_user_id, done) VALUES ('forget_user', site, person, done);
    RETURN QUERY SELECT key, value::bigint FROM jsonb_each_text(done) WHERE value <> '0' ORDER BY key;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.forget_user(text, bigint, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.forget_user(text, bigint, boolean) IS
    'deletes all that the warehouse has of a person, every version too, and keeps it from coming back; it cannot be undone';
