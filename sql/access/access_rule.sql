-- How the rows of a table are told apart. What is not known is seen by those who see all: a new table
-- is closed until somebody has thought of it.
CREATE FUNCTION @extschema@.access_rule(of_relation regclass) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- A partition is as its table.
    whole regclass := coalesce(pg_partition_root(of_relation), of_relation);
    in_layer text;
    table_name text;
    own text;
    has record;
BEGIN
    SELECT nspname, relname INTO in_layer, table_name
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = whole;
    SELECT rule INTO own FROM @extschema@.access_rules WHERE to_regclass(relation) = whole;
    IF FOUND THEN
        RETURN own;
    END IF;
    SELECT known.rule INTO own
    FROM (VALUES ('moodle_raw', 'landing', 'landing'), ('moodle_stg', 'users', 'person'),
                 ('moodle_stg', 'categories', 'category'), ('moodle_stg', 'roles', 'site'),
                 ('moodle_stg', 'role_ranks', 'anyone'), ('moodle_mart', 'role_kinds', 'anyone'),
                 ('moodle_mart', 'activity_kinds', 'anyone'),
                 ('moodle_mart', 'analytics_thresholds', 'anyone')) known(layer, name, rule)
    WHERE known.layer = in_layer AND known.name = table_name;
    IF FOUND THEN
        RETURN own;
    END IF;
    SELECT * INTO has FROM @extschema@.access_columns(whole);
    RETURN CASE WHEN has.instance_column IS NULL THEN 'all'
                WHEN has.course_column IS NOT NULL THEN 'course'
                -- Figures of a person over all courses tell of those that one may not see, too.
                WHEN has.user_column IS NOT NULL THEN 'whole_person'
                ELSE 'instance' END;
END
$$;

COMMENT ON FUNCTION @extschema@.access_rule(regclass) IS
    'by which rule apply_access() lets rows of a table be seen: docs/access.md says what each means';
