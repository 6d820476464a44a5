CREATE SCHEMA IF NOT EXISTS moodle_raw;
COMMENT ON SCHEMA moodle_raw IS 'every version of every record, as the Moodle sites served it';
