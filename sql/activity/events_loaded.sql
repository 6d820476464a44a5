-- How far each site's log has been read. Moves in the transaction that adds the events.
CREATE TABLE @extschema@.events_loaded (
    instance text PRIMARY KEY,
    last_id bigint NOT NULL DEFAULT 0,
    last_at timestamptz,
    -- The log's end when this round began: what comes meanwhile is the next one's.
    up_to_id bigint,
    caught_up_at timestamptz,
    rows_total bigint NOT NULL DEFAULT 0,
    rows_late bigint NOT NULL DEFAULT 0,
    active_at timestamptz,
    -- The account that stands for all who look around without one.
    guest_user_id bigint,
    purged_before timestamptz
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.events_loaded', '');
COMMENT ON TABLE @extschema@.events_loaded IS 'how far each site''s log has been read into moodle_stg.events';
COMMENT ON COLUMN @extschema@.events_loaded.instance IS 'the Moodle site';
COMMENT ON COLUMN @extschema@.events_loaded.last_id IS 'events up to this one are here';
COMMENT ON COLUMN @extschema@.events_loaded.last_at IS 'the latest time of an event that is here';
COMMENT ON COLUMN @extschema@.events_loaded.up_to_id IS 'where the round under way will end; NULL = none is';
COMMENT ON COLUMN @extschema@.events_loaded.caught_up_at IS 'when the log had last been read to its end';
COMMENT ON COLUMN @extschema@.events_loaded.rows_total IS 'events added so far';
COMMENT ON COLUMN @extschema@.events_loaded.rows_late IS
    'of these, the ones that appeared below events which were here already';
COMMENT ON COLUMN @extschema@.events_loaded.active_at IS 'when it last moved';
COMMENT ON COLUMN @extschema@.events_loaded.guest_user_id IS 'the site''s account for guests; counts in no figure of people';
COMMENT ON COLUMN @extschema@.events_loaded.purged_before IS 'events before this are no longer here: purge_events()';
