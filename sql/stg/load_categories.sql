-- The names of the categories above are looked up among the stored ones: a new name of one is a
-- change of all below it, though the site served nothing new of them.
CREATE FUNCTION @extschema@.load_categories(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    written bigint;
    renamed bigint;
BEGIN
    written := @extschema@.load_rows('categories', '{moodle_category_id}', instance, after_id, up_to_id);
    UPDATE moodle_stg.categories stored
    SET top_category_name = named.top, second_category_name = named.second
    FROM (SELECT one.moodle_category_id, top.name AS top, second.name AS second
          FROM moodle_stg.categories one
          LEFT JOIN moodle_stg.categories top
            ON top.instance = one.instance AND top.moodle_category_id = one.top_category_id
          LEFT JOIN moodle_stg.categories second
            ON second.instance = one.instance AND second.moodle_category_id = one.second_category_id
          WHERE one.instance = load_categories.instance) named
    WHERE stored.instance = load_categories.instance
      AND stored.moodle_category_id = named.moodle_category_id
      AND (stored.top_category_name, stored.second_category_name)
          IS DISTINCT FROM (named.top, named.second);
    GET DIAGNOSTICS renamed = ROW_COUNT;
    RETURN greatest(written, renamed);
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_categories(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_categories(text, bigint, bigint) IS
    'brings moodle_stg.categories up to a range of the landing table; the rows written';
