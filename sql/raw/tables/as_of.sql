CREATE OR REPLACE FUNCTION moodle_raw.as_of(moment timestamptz)
    RETURNS SETOF moodle_raw.landing
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT latest.*
    FROM (SELECT DISTINCT ON (instance, entity, unit_id, record_key) *
          FROM moodle_raw.landing
          WHERE ts_extract <= moment
          ORDER BY instance, entity, unit_id, record_key, id DESC) latest
    WHERE NOT latest.is_deleted
    $$;
COMMENT ON FUNCTION moodle_raw.as_of(timestamptz) IS
    'every record as it was known at a past moment: the versions extracted until then';
