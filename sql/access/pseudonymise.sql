CREATE FUNCTION @extschema@.pseudonymise(instance text)
    RETURNS TABLE (place text, rows_changed bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    is_first boolean;
    changed bigint;
    one record;
    done jsonb := '{}';
BEGIN
    IF NOT EXISTS (SELECT FROM moodle_raw.landing WHERE instance = site)
       AND NOT EXISTS (SELECT FROM @extschema@.instances WHERE name = site) THEN
        RAISE EXCEPTION 'there is no moodle instance "%"', site
            USING ERRCODE = 'undefined_object', HINT = 'SELECT name FROM moodle_fdw.instances lists them.';
    END IF;
    -- Not beside a refresh, which would land as it was before.
    PERFORM pg_advisory_xact_lock(@extschema@.lock_class('instance'), hashtext(site));
    PERFORM @extschema@.new_key(site);
    INSERT INTO @extschema@.pseudonymised (instance) VALUES (site) ON CONFLICT DO NOTHING;
    is_first := FOUND;
    PERFORM @extschema@.apply_privacy();
    UPDATE moodle_raw.landing
    SET data_json = @extschema@.private_record(site, entity, data_json),
        hash_content = CASE WHEN is_first AND entity !~ 'course$'
                            THEN @extschema@.keyed_hash(site, hash_content) ELSE hash_content END
    WHERE instance = site AND entity IN ('user', 'enrolment', 'grade', 'course', 'db_user', 'db_enrolment', 'db_grade', 'db_course')
      AND (is_first OR data_json IS DISTINCT FROM @extschema@.private_record(site, entity, data_json));
    GET DIAGNOSTICS changed = ROW_COUNT;
    done := jsonb_build_object('moodle_raw.landing', changed);
    UPDATE moodle_stg.courses SET contacts = @extschema@.private_contacts(site, contacts)
    WHERE instance = site AND contacts IS DISTINCT FROM @extschema@.private_contacts(site, contacts);
    GET DIAGNOSTICS changed = ROW_COUNT;
    done := done || jsonb_build_object('moodle_stg.courses', changed);
    FOR one IN
        SELECT relation, @extschema@.private_condition(relation, '') AS condition
        FROM @extschema@.warehouse_relations()
        WHERE kind IN ('r', 'p') AND NOT is_partition AND @extschema@.private_condition(relation, '') IS NOT NULL
    LOOP
        -- The guard of the table does what is to be done.
        EXECUTE format('UPDATE %s SET instance = instance WHERE instance = $1 AND (%s)', one.relation, one.condition)
            USING site;
        GET DIAGNOSTICS changed = ROW_COUNT;
        done := done || jsonb_build_object(one.relation::text, changed);
    END LOOP;
    PERFORM @extschema@.clean_traces(site);
    INSERT INTO @extschema@.privacy_log (action, instance, done) VALUES ('pseudonymise', site, done);
    RETURN QUERY SELECT key, value::bigint FROM jsonb_each_text(done) ORDER BY key;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.pseudonymise(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.pseudonymise(text) IS
    'gives the people of an instance pseudonyms, in every version, in staging and marts, now and in all later refreshes; it cannot be undone';
