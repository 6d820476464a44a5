-- Thousands of rows, read whole. Names stand in each kind's own table, of which some may not be there.
CREATE FUNCTION @extschema@.load_modules(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off
    SET enable_nestloop = off
    AS $$
#variable_conflict use_column
DECLARE
    names text;
    written bigint;
BEGIN
    SELECT string_agg(format(
               'SELECT %L::text AS component, id, name::text, %s AS address FROM %s',
               'mod_' || part.name, CASE part.name WHEN 'url' THEN 'externalurl::text' ELSE 'NULL::text' END,
               @extschema@.site_table(of_instance, part.name)), ' UNION ALL ')
    INTO names
    FROM @extschema@.site_tables() part
    JOIN pg_attribute ON attrelid = to_regclass(@extschema@.site_table(of_instance, part.name))
                     AND attname = 'name'
    WHERE part.name IN ('assign', 'quiz', 'forum', 'page', 'resource', 'url', 'choice', 'folder',
                        'h5pactivity', 'scorm');
    EXECUTE format(
        'WITH served AS MATERIALIZED (
             SELECT module.id, module.course, ''mod_'' || kind.name AS component, module.instance AS activity_id,
                    named.name, named.address, module.visible::integer AS visible, module.added,
                    coalesce(rule.kind, ''other'') AS kind
             FROM %s module JOIN %s kind ON kind.id = module.module
             LEFT JOIN (%s) named ON named.component = ''mod_'' || kind.name AND named.id = module.instance
             LEFT JOIN LATERAL (
                 SELECT rule.kind FROM moodle_mart.activity_kinds rule
                 WHERE rule.component = ''mod_'' || kind.name AND coalesce(rule.instance, $1) = $1
                   AND (rule.pattern IS NULL OR named.address ~* rule.pattern OR named.name ~* rule.pattern)
                 ORDER BY rule.rank, rule.instance NULLS LAST, rule.pattern NULLS LAST, rule.rule_id
                 LIMIT 1) rule ON true),
         gone AS (
             UPDATE moodle_stg.modules stored SET is_gone = true, ts_extract = now()
             WHERE stored.instance = $1 AND NOT stored.is_gone
               AND NOT EXISTS (SELECT FROM served WHERE served.id = stored.moodle_module_id)
             RETURNING 1),
         written AS (
             INSERT INTO moodle_stg.modules AS stored (instance, moodle_module_id, moodle_course_id,
                 component, activity_id, name, address, visible, added, kind, is_gone, ts_extract)
             SELECT $1, id, course, component, activity_id, name, address, visible, added, kind, false, now()
             FROM served
             ON CONFLICT (instance, moodle_module_id) DO UPDATE SET
                 moodle_course_id = excluded.moodle_course_id, component = excluded.component,
                 activity_id = excluded.activity_id, name = excluded.name, address = excluded.address,
                 visible = excluded.visible, added = excluded.added, kind = excluded.kind,
                 is_gone = false, ts_extract = excluded.ts_extract
             WHERE (stored.moodle_course_id, stored.component, stored.activity_id, stored.name, stored.address,
                    stored.visible, stored.added, stored.kind, stored.is_gone)
                   IS DISTINCT FROM (excluded.moodle_course_id, excluded.component, excluded.activity_id,
                    excluded.name, excluded.address, excluded.visible, excluded.added, excluded.kind, false)
             RETURNING 1)
         SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)',
        @extschema@.site_table(of_instance, 'course_modules'), @extschema@.site_table(of_instance, 'modules'),
        coalesce(names, 'SELECT NULL::text AS component, NULL::bigint AS id, NULL::text AS name, NULL::text AS address'))
    INTO written USING of_instance;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_modules(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_modules(text) IS
    'brings moodle_stg.modules up to the site''s database; the rows written';
