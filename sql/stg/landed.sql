-- The versions of a range of the landing table that no later one has replaced, deletion marks too.
-- What was replaced beyond the range is left out as well, so that loading an older range again
-- changes nothing. previous_id is looked at by itself: as a replaced row is of the range, so is the
-- previous_id that names it, and a first load compares nothing at all.
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
      AND NOT EXISTS (SELECT
                      FROM moodle_raw.landing later
                      WHERE later.instance OPERATOR(pg_catalog.=) $1
                        AND later.previous_id OPERATOR(pg_catalog.=) version.id
                        AND later.previous_id OPERATOR(pg_catalog.>) $3
                        AND later.previous_id OPERATOR(pg_catalog.<=) $4
                        AND later.id OPERATOR(pg_catalog.>) $3)
    $$;

COMMENT ON FUNCTION @extschema@.landed(text, text, bigint, bigint) IS
    'what the staging loaders read: the versions with after_id < id <= up_to_id that none has replaced';
