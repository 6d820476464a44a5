-- What has to be built anew: the loaders of what the marts are made of add to it, in the transaction
-- in which they load; who builds takes away, in that of the building. So nothing is lost by a break.
-- A week of 'infinity' stands for what a course has over all weeks, and is built after them.
CREATE TABLE @extschema@.analytics_queue (
    instance text NOT NULL,
    week_start date NOT NULL,
    moodle_course_id bigint NOT NULL,
    PRIMARY KEY (instance, week_start, moodle_course_id)
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.analytics_queue', '');
COMMENT ON TABLE @extschema@.analytics_queue IS
    'weeks of courses whose learner analytics are to be built anew: run_analytics() does';
