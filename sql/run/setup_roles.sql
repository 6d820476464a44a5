-- Each function that is closed to PUBLIC is named here or is for superusers; the test of roles fails
-- over one that nobody has decided on.
CREATE FUNCTION @extschema@.setup_roles() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    admins CONSTANT text[] := '{add_instance, build_instance, attach_union, remove_instance, deploy,
        deploy_raw, deploy_stg, deploy_mart, ensure_served, ensure_landing, add_transform,
        remove_transform, purge,
        purge_instance, grant_roles, rebuild_marts, cancel_run,
        overlapping_run, reset_instance_stats, attach_database, build_database, import_database,
        attach_schema, detach_database, report_database, note_reader, deploy_activity, purge_events,
        check_purgeable, build_usage, rebuild_usage, deploy_analytics,
        grant_access, revoke_access, trust_claims, distrust_claims, enable_access, disable_access,
        apply_access, close_defaults, hide_statistics, make_visible, protect_table, protect_view,
        give_reading, take_reading, pseudonymise, forget_user, apply_privacy, clean_traces, new_key,
        pseudonym, keyed_hash}';
    refreshers CONSTANT text[] := '{refresh, refresh_instance, open_run, begin_run, close_run,
        finish_run, cancel_run, cancel_steps, rest, fail_step, lock_instance, unlock_instance,
        hold_lock, await_lock, overlapping_run, carry_on,
        prepare_instance, ensure_served, analyze_landing, instances_ahead, units_ahead, mark_gone,
        land, pseudonym, keyed_hash, work, work_raw, work_transform, watch_workers, tell, tell_news, start_worker,
        load_rows,
        derive_roles, derive_grade_items, ensure_landing, land_database, work_database, check_data,
        rebuild_marts, schedule, unschedule,
        require_scheduler, ensure_months, open_activity, count_activity, count_users, join_activity,
        count_batch, begin_activity, try_begin_activity, check_first_two, activity_portion,
        activity_of_instance, raise_problems, run_processes, run_activity, run_activity_counts,
        run_user_counts, run_user_activity, backfill_activity, note_days, rebuild_usage, check_log, work_events,
        merge_site_rows, queue_events, queue_since, begin_analytics, analytics_step, analytics_portion, end_analytics,
        analytics_of_instance, run_analytics}';
    role_name text;
    one record;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'must be superuser to set up the roles'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'They get rights on the extension''s functions, which belong to who created it.';
    END IF;
    FOREACH role_name IN ARRAY '{moodle_admin, moodle_etl, moodle_reader}'::text[] LOOP
        IF to_regrole(role_name) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- by another database, just now
            END;
        ELSIF (SELECT rolsuper FROM pg_roles WHERE rolname = role_name) THEN
            RAISE WARNING 'role "%" was there already, and is a superuser', role_name
                USING HINT = format('ALTER ROLE %I NOSUPERUSER;', role_name);
        END IF;
    END LOOP;
    PERFORM @extschema@.deploy();
    EXECUTE format('GRANT CREATE ON DATABASE %I TO moodle_admin', current_database());
    GRANT USAGE ON FOREIGN DATA WRAPPER moodle_fdw TO moodle_admin;
    FOR one IN
        SELECT routine.oid::regprocedure AS signature, grantee.name AS grantee
        FROM pg_proc routine
        JOIN (SELECT unnest(admins) AS function, 'moodle_admin' AS name
              UNION ALL SELECT unnest(refreshers), 'moodle_etl') grantee
          ON grantee.function = routine.proname
             OR (grantee.function = 'load_rows' AND routine.proname ~ '^load_|^build_'
                 AND routine.proname NOT IN ('build_instance', 'build_database'))
        WHERE routine.pronamespace = '@extschema@'::regnamespace
    LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', one.signature, one.grantee);
    END LOOP;
    FOR one IN
        SELECT relation.oid::regclass AS name, relname, relkind
        FROM pg_class relation
        WHERE relnamespace = '@extschema@'::regnamespace AND relkind IN ('r', 'v', 'p')
    LOOP
        IF one.relkind = 'p' THEN
            -- The unions of live tables, whose owner each instance's token then needs.
            EXECUTE format('GRANT SELECT ON %s TO moodle_admin', one.name);
        ELSIF one.relkind = 'v' THEN
            EXECUTE format('GRANT SELECT ON %s TO moodle_admin, moodle_etl, moodle_reader', one.name);
        ELSIF one.relname IN ('entity_settings', 'user_transforms') THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO moodle_admin', one.name);
            EXECUTE format('GRANT SELECT ON %s TO moodle_etl', one.name);
        ELSIF one.relname = 'databases' THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO moodle_admin', one.name);
            EXECUTE format('GRANT SELECT ON %s TO moodle_etl, moodle_reader', one.name);
        ELSIF one.relname = 'loaded' THEN
            EXECUTE format('GRANT SELECT, DELETE ON %s TO moodle_admin', one.name);
            EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO moodle_etl', one.name);
        ELSIF one.relname IN ('access_grants', 'access_rules', 'access_state', 'web_layers') THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO moodle_admin', one.name);
        ELSIF one.relname IN ('usage_ahead', 'analytics_queue') THEN
            EXECUTE format('GRANT SELECT, INSERT, DELETE ON %s TO moodle_admin, moodle_etl', one.name);
            EXECUTE format('GRANT SELECT ON %s TO moodle_reader', one.name);
        ELSIF one.relname IN ('forgotten', 'pseudonymised') THEN
            EXECUTE format('GRANT SELECT, INSERT, DELETE ON %s TO moodle_admin', one.name);
            EXECUTE format('GRANT SELECT ON %s TO moodle_etl', one.name);
        ELSIF one.relname = 'privacy_log' THEN
            EXECUTE format('GRANT SELECT, INSERT ON %s TO moodle_admin', one.name);
        ELSIF one.relname = 'pseudonym_keys' THEN
            NULL;
        ELSIF one.relname = 'data_checks' THEN
            EXECUTE format('GRANT SELECT, DELETE ON %s TO moodle_admin', one.name);
            EXECUTE format('GRANT SELECT, INSERT, DELETE ON %s TO moodle_etl', one.name);
            -- Its examples are rows of others; data_problems shows those that one may see.
            EXECUTE format('REVOKE SELECT ON %s FROM moodle_reader', one.name);
        ELSE
            -- The run log. Old rows are for administrators to delete.
            EXECUTE format('GRANT SELECT, UPDATE, DELETE ON %s TO moodle_admin', one.name);
            EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO moodle_etl', one.name);
            EXECUTE format('GRANT SELECT ON %s TO moodle_reader', one.name);
        END IF;
    END LOOP;
    PERFORM @extschema@.grant_roles();
    GRANT USAGE ON SEQUENCE @extschema@.run_steps_step_id_seq TO moodle_etl;
    GRANT USAGE ON SCHEMA moodle_raw, moodle_stg, moodle_mart TO moodle_etl;
    GRANT USAGE ON SCHEMA moodle_stg, moodle_mart TO moodle_reader;
    -- Whoever adds tables: as moodle_admin, or as who runs this.
    FOREACH role_name IN ARRAY ARRAY['moodle_admin', current_user] LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA moodle_raw
                        GRANT SELECT, INSERT, DELETE ON TABLES TO moodle_etl', role_name);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA moodle_stg, moodle_mart
                        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO moodle_etl', role_name);
        -- With row security on, a table is readable once it has a policy: apply_access().
        IF NOT @extschema@.access_enabled() THEN
            EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA moodle_stg, moodle_mart
                            GRANT SELECT ON TABLES TO moodle_reader', role_name);
        END IF;
    END LOOP;
    IF @extschema@.access_enabled() THEN
        PERFORM @extschema@.close_defaults();
    END IF;
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        GRANT USAGE ON SCHEMA cron TO moodle_etl;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.setup_roles() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.setup_roles() IS
    'makes moodle_admin (adds instances), moodle_etl (refreshes) and moodle_reader (reads staging and marts), or brings their rights to this version; to be granted to who is to have them';
