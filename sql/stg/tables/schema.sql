CREATE SCHEMA IF NOT EXISTS moodle_stg;
COMMENT ON SCHEMA moodle_stg IS 'one typed row for each record of the Moodle sites, as last seen';
