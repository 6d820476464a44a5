-- Every person's grades name the items; an item is gone when nobody's grades have it any more.
CREATE FUNCTION @extschema@.derive_grade_items(of_instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET work_mem = '32MB'
    AS $$
DECLARE
    courses bigint[];
    found_by bigint;
    found_at timestamptz;
    written bigint;
BEGIN
    SELECT array_agg(DISTINCT unit_id), max(run_id), max(ts_extract)
    INTO courses, found_by, found_at
    FROM moodle_raw.landing
    WHERE instance = of_instance AND entity = 'grade' AND id > after_id AND id <= up_to_id;
    IF courses IS NULL THEN
        RETURN 0;
    END IF;
    INSERT INTO moodle_raw.landing (run_id, instance, entity, moodle_id, record_key, data_json,
                                    hash_content, ts_extract, is_deleted, unit_id, previous_id)
    SELECT found_by, of_instance, 'grade_item',
           coalesce(item.item_id, gone.moodle_id), coalesce(item.record_key, known.record_key),
           coalesce(item.item, gone.data_json), coalesce(item.hash, known.hash_content),
           found_at, item.record_key IS NULL,
           coalesce(item.unit_id, known.unit_id), known.id
    FROM (SELECT shown.unit_id, shown.moodle_id AS item_id,
                 shown.unit_id || ':' || shown.moodle_id AS record_key, fields.item,
                 decode(md5(fields.item::text), 'hex') AS hash
          -- An item's share of the total is none in the report of who has no grade: so it is taken
          -- from where it is largest; and then from one person, whenever that one was last changed.
          FROM (SELECT version.unit_id, version.moodle_id, version.data_json
                FROM (SELECT max(ARRAY[weight, user_id, id]) AS place
                      FROM (SELECT DISTINCT ON (unit_id, record_key) id, unit_id, moodle_id, is_deleted,
                                   coalesce(@extschema@.json_numeric(data_json, 'weightraw'), -1) AS weight,
                                   split_part(record_key, ':', 2)::numeric AS user_id
                            FROM moodle_raw.landing
                            WHERE instance = of_instance AND entity = 'grade' AND unit_id = ANY (courses)
                            ORDER BY unit_id, record_key, id DESC) latest
                      WHERE NOT is_deleted
                      GROUP BY unit_id, moodle_id) chosen
                JOIN moodle_raw.landing version ON version.instance = of_instance AND version.id = chosen.place[3]::bigint
                OFFSET 0) shown -- so that no other record is taken apart
          CROSS JOIN LATERAL (
              SELECT jsonb_object_agg(key, value) AS item FROM jsonb_each(shown.data_json)
              WHERE key IN ('id', 'itemname', 'itemtype', 'itemmodule', 'iteminstance', 'itemnumber',
                            'idnumber', 'categoryid', 'outcomeid', 'scaleid', 'locked', 'cmid',
                            'weightraw', 'weightformatted', 'grademin', 'grademax',
                            'rangeformatted')) fields) item
    FULL JOIN @extschema@.latest_versions(of_instance, 'grade_item', courses) known
           ON known.record_key = item.record_key
    LEFT JOIN LATERAL (SELECT version.moodle_id, version.data_json
                       FROM moodle_raw.landing version
                       WHERE version.instance = of_instance AND version.id = known.id
                         AND item.record_key IS NULL) gone ON true
    WHERE CASE WHEN item.record_key IS NULL THEN NOT known.is_deleted
               ELSE known.id IS NULL OR known.is_deleted OR known.hash_content <> item.hash END;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.derive_grade_items(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.derive_grade_items(text, bigint, bigint) IS
    'part of refresh(): the grade items, from the grades that name them';
