CREATE SCHEMA IF NOT EXISTS moodle_mart;
COMMENT ON SCHEMA moodle_mart IS 'what dashboards read: built from moodle_stg and, over time, from moodle_raw';
