-- Days that events came to since they were last summed up: who loads adds to it, who sums up takes
-- away, each in his own transaction.
CREATE TABLE @extschema@.usage_ahead (
    instance text NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (instance, day)
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.usage_ahead', '');
COMMENT ON TABLE @extschema@.usage_ahead IS 'the days of moodle_mart.usage_daily that are to be summed up anew';
