-- What a policy asks of a row. Whatever does not depend on the row is asked once a query (a subselect
-- without a reference to it), and the courses are a hash table: so a row costs a look into that.
CREATE FUNCTION @extschema@.access_condition(of_relation regclass) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    rule CONSTANT text := @extschema@.access_rule(of_relation);
    has record;
    sees_all CONSTANT text := '(SELECT @extschema@.sees_all())';
    whole text;
    courses CONSTANT text := '(%I, %I) IN (SELECT seen.instance, seen.moodle_course_id FROM moodle_mart.visible_courses seen)';
    people CONSTANT text := 'EXISTS (SELECT FROM moodle_mart.%s seen WHERE seen.instance = %s.instance AND seen.moodle_user_id = %s.%I)';
    categories CONSTANT text := '(instance, %I) IN (SELECT seen.instance, seen.moodle_category_id FROM moodle_mart.visible_categories seen)';
    sites CONSTANT text := 'instance IN (SELECT seen.instance FROM moodle_mart.visible_courses seen)';
    own CONSTANT text := of_relation::text;
BEGIN
    SELECT * INTO has FROM @extschema@.access_columns(of_relation);
    whole := sees_all || ' OR instance = ANY ((SELECT @extschema@.whole_instances())::text[])';
    RETURN CASE rule
        WHEN 'all' THEN sees_all
        WHEN 'anyone' THEN '(SELECT @extschema@.sees_any())'
        WHEN 'instance' THEN whole
        WHEN 'site' THEN whole || ' OR ' || sites
        WHEN 'course' THEN whole || ' OR ' || format(courses, 'instance', has.course_column)
        WHEN 'person' THEN whole || ' OR ' || format(people, 'visible_people', own, own, has.user_column)
        WHEN 'whole_person' THEN whole || ' OR ' || format(people, 'wholly_visible_people', own, own, has.user_column)
        WHEN 'category' THEN whole || ' OR ' || format(categories, 'moodle_category_id')
        WHEN 'landing' THEN whole || format(
            ' OR CASE WHEN unit_id > 0 THEN %s WHEN entity IN (''user'', ''db_user'') THEN %s WHEN entity IN (''course'', ''db_course'') THEN %s
                 WHEN entity IN (''category'', ''db_category'') THEN %s WHEN entity IN (''role'', ''db_role'') THEN %s ELSE false END',
            format(courses, 'instance', 'unit_id'), format(people, 'visible_people', own, own, 'moodle_id'),
            format(courses, 'instance', 'moodle_id'), format(categories, 'moodle_id'), sites)
        END;
END
$$;

COMMENT ON FUNCTION @extschema@.access_condition(regclass) IS
    'part of apply_access(): what a row of a table must fulfil to be seen by whoever asks';
