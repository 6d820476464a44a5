-- The versions of a range of the landing table that no later one has replaced, deletion marks too.
-- What was replaced beyond the range is left out as well, so that loading an older range again
-- changes nothing. Mostly nothing in a range has been replaced, and it is read as it stands.
-- Otherwise it is sorted, not joined with what replaced it: with statistics from before a refresh
-- the planner would take a nested loop for that, over every pair of versions.
-- The planner puts the body in the caller's place: so no SET clause, and STABLE.
CREATE FUNCTION @extschema@.landed(instance text, entity text, after_id bigint, up_to_id bigint)
    RETURNS TABLE (id bigint, moodle_id bigint, record_key text, unit_id bigint, data_json jsonb,
                   ts_extract timestamptz, is_deleted boolean)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.id, version.moodle_id, version.record_key, version.unit_id, version.data_json,
           version.ts_extract, version.is_deleted
    FROM moodle_raw.landing version
    WHERE version.instance OPERATOR(pg_catalog.=) $1
      AND version.entity OPERATOR(pg_catalog.=) $2
      AND version.id OPERATOR(pg_catalog.>) $3
      AND version.id OPERATOR(pg_catalog.<=) $4
      AND NOT (SELECT @extschema@.any_replaced($1, $2, $3, $4))
    UNION ALL
    SELECT latest.id, latest.moodle_id, latest.record_key, latest.unit_id, latest.data_json,
           latest.ts_extract, latest.is_deleted
    FROM (SELECT DISTINCT ON (version.unit_id, version.record_key) version.*
          FROM moodle_raw.landing version
          WHERE version.instance OPERATOR(pg_catalog.=) $1
            AND version.entity OPERATOR(pg_catalog.=) $2
            AND version.id OPERATOR(pg_catalog.>) $3
            AND (SELECT @extschema@.any_replaced($1, $2, $3, $4))
          ORDER BY version.unit_id, version.record_key, version.id DESC) latest
    WHERE latest.id OPERATOR(pg_catalog.<=) $4
    $$;

COMMENT ON FUNCTION @extschema@.landed(text, text, bigint, bigint) IS
    'what the staging loaders read: the versions with after_id < id <= up_to_id that none has replaced';
