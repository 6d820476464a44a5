-- What anyone who counts events needs to know of a site, and no more of it.
CREATE VIEW @extschema@.site_clocks AS
    SELECT site.instance, site.time_zone, site.session_gap, loaded.guest_user_id
    FROM @extschema@.databases site
    LEFT JOIN @extschema@.events_loaded loaded USING (instance);

COMMENT ON VIEW @extschema@.site_clocks IS
    'of each attached site, by what its events are counted: time zone, session gap, the account for guests';
GRANT SELECT ON @extschema@.site_clocks TO PUBLIC;
