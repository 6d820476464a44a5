-- The events of a part of a site's log, as a SELECT with the columns of moodle_stg.events.
CREATE FUNCTION @extschema@.event_source(of_instance text, condition text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(
        'SELECT %L::text AS instance, entry.id AS event_id, to_timestamp(entry.timecreated) AS at,
                entry.userid AS user_id, entry.realuserid AS real_user_id,
                entry.relateduserid AS related_user_id, nullif(entry.courseid, 0) AS course_id,
                entry.component, entry.action, entry.target, entry.objecttable AS object_table,
                entry.objectid AS object_id, entry.contextlevel AS context_level,
                entry.contextinstanceid AS context_instance_id, entry.origin, %s AS ip,
                %s AS is_reader, @extschema@.event_other(entry.other) AS other
         FROM %s entry WHERE %s',
        instance,
        CASE ip WHEN 'full' THEN 'entry.ip' WHEN 'masked' THEN '@extschema@.masked_ip(entry.ip)'
                ELSE 'NULL' END,
        CASE WHEN reader_user_id IS NULL THEN 'false'
             ELSE format('%s IN (entry.userid, entry.realuserid) IS TRUE', reader_user_id) END,
        @extschema@.site_table(instance, 'logstore_standard_log'), condition)
    FROM @extschema@.databases WHERE instance = of_instance
    $$;

COMMENT ON FUNCTION @extschema@.event_source(text, text) IS 'part of load_events()';
