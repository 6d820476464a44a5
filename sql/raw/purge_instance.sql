-- Whatever has a column `instance` in the warehouse is a table of it, the user's own too.
CREATE FUNCTION @extschema@.purge_instance(of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    target record;
BEGIN
    FOR target IN
        SELECT relation.oid::regclass AS name
        FROM pg_class relation
        JOIN pg_namespace schema ON schema.oid = relation.relnamespace
        JOIN pg_attribute field ON field.attrelid = relation.oid
        WHERE schema.nspname IN ('moodle_raw', 'moodle_stg', 'moodle_mart')
          AND relation.relkind IN ('r', 'p') AND NOT relation.relispartition
          AND field.attname = 'instance' AND NOT field.attisdropped
    LOOP
        EXECUTE format('DELETE FROM %s WHERE instance = $1', target.name) USING of_instance;
    END LOOP;
    EXECUTE format('DROP TABLE IF EXISTS %s', @extschema@.landing_table(of_instance));
    DELETE FROM @extschema@.loaded WHERE instance = of_instance;
    DELETE FROM @extschema@.run_steps WHERE instance = of_instance;
    DELETE FROM @extschema@.run_errors WHERE instance = of_instance;
    DELETE FROM @extschema@.activity_runs WHERE instance = of_instance;
    DELETE FROM @extschema@.events_loaded WHERE instance = of_instance;
    DELETE FROM @extschema@.usage_ahead WHERE instance = of_instance;
    DELETE FROM @extschema@.analytics_queue WHERE instance = of_instance;
    DELETE FROM @extschema@.analytics_loaded WHERE instance = of_instance;
    DELETE FROM @extschema@.analytics_runs WHERE instance = of_instance;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.purge_instance(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.purge_instance(text) IS
    'takes all that the warehouse has of an instance; remove_instance(…, purge => true) calls it';
