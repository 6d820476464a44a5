CREATE OR REPLACE VIEW moodle_raw.current AS
    SELECT latest.*
    FROM (SELECT DISTINCT ON (instance, entity, unit_id, record_key) *
          FROM moodle_raw.landing
          ORDER BY instance, entity, unit_id, record_key, id DESC) latest
    WHERE NOT latest.is_deleted;
COMMENT ON VIEW moodle_raw.current IS 'the latest version of every record that is not deleted';
