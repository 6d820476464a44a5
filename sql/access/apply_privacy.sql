-- The triggers, with those whom they concern in their conditions: a row of others costs a comparison.
CREATE FUNCTION @extschema@.apply_privacy() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    one record;
BEGIN
    IF NOT EXISTS (SELECT FROM @extschema@.forgotten) AND NOT EXISTS (SELECT FROM @extschema@.pseudonymised)
       AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgname ~ '^moodle_fdw_guard_') THEN
        RETURN;
    END IF;
    FOR one IN
        SELECT found.relation, guard.kind, guard.condition, guard.said
        FROM @extschema@.warehouse_relations() found
        JOIN pg_class ON pg_class.oid = found.relation
        CROSS JOIN LATERAL (
            SELECT CASE WHEN is_own THEN 'forgotten' ELSE 'beside' END AS kind,
                   string_agg((SELECT string_agg(format('NEW.instance = %L AND NEW.%I = ANY (%L)', instance, name, people), ' OR ')
                               FROM (SELECT instance, array_agg(moodle_user_id ORDER BY moodle_user_id) AS people
                                     FROM @extschema@.forgotten GROUP BY instance) gone), ' OR ') AS condition,
                   '' AS said
            FROM @extschema@.person_columns(found.relation) GROUP BY is_own
            UNION ALL
            SELECT 'pseudonyms', format('NEW.instance = ANY (%L) AND (%s)', array_agg(instance ORDER BY instance),
                                        @extschema@.private_condition(found.relation, 'NEW.')),
                   (SELECT string_agg(format(', %L, %L', name, treatment), '') FROM @extschema@.private_columns(found.relation))
            FROM @extschema@.pseudonymised
            HAVING count(*) > 0 AND @extschema@.private_condition(found.relation, 'NEW.') IS NOT NULL) guard
        WHERE found.kind IN ('r', 'p') AND NOT found.is_partition AND pg_has_role(found.owner, 'USAGE')
          AND relnamespace <> 'moodle_raw'::regnamespace
          AND guard.condition IS DISTINCT FROM
              (SELECT obj_description(pg_trigger.oid, 'pg_trigger') FROM pg_trigger
               WHERE tgrelid = found.relation AND tgname = 'moodle_fdw_guard_' || guard.kind)
    LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', 'moodle_fdw_guard_' || one.kind, one.relation);
        CONTINUE WHEN one.condition IS NULL;
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE ON %s FOR EACH ROW WHEN (%s)
                        EXECUTE FUNCTION @extschema@.guard_row(%L%s)',
                       'moodle_fdw_guard_' || one.kind, one.relation, one.condition, one.kind, one.said);
        EXECUTE format('COMMENT ON TRIGGER %I ON %s IS %L', 'moodle_fdw_guard_' || one.kind, one.relation, one.condition);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.apply_privacy() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.apply_privacy() IS
    'puts the guards of forget_user() and pseudonymise() on the tables of the warehouse; deploy() calls it';
