-- Kept for good: without it the next refresh would bring the person back.
CREATE TABLE @extschema@.forgotten (
    instance text NOT NULL,
    moodle_user_id bigint NOT NULL,
    forgotten_by text NOT NULL DEFAULT CURRENT_USER,
    forgotten_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (instance, moodle_user_id)
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.forgotten', '');
COMMENT ON TABLE @extschema@.forgotten IS
    'people of whom nothing is to be kept: forget_user() adds to it; who is taken out comes back with the next refresh';
