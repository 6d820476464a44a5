CREATE VIEW @extschema@.raw_entities AS
    SELECT known.entity, known.ordinal, known.live_entity, known.derived_from, known.unit,
           known.key_columns,
           coalesce(setting.enabled, true) AS enabled,
           coalesce(setting.volatile_fields, known.volatile_fields) AS volatile_fields,
           coalesce(setting.closed_after, known.closed_after) AS closed_after,
           coalesce(setting.late_after, '36 hours'::interval) AS late_after
    FROM (VALUES
        ('user', 10, 'users', NULL, 'site', '{user_id}'::text[],
         '{lastaccess,preferences,profileimageurl,profileimageurlsmall}'::text[], NULL::interval),
        ('category', 20, 'categories', NULL, 'site', '{category_id}', '{coursecount}', NULL),
        ('course', 30, 'courses', NULL, 'site', '{course_id}', '{cacherev,courseimage}', NULL),
        ('enrolment_method', 40, 'enrolment_methods', NULL, 'course', '{method_id}', '{}', NULL),
        ('enrolment', 50, 'participants', NULL, 'course', '{course_id,user_id}',
         '{lastaccess,preferences,profileimageurl,profileimageurlsmall}', NULL),
        ('role', 60, 'roles', 'enrolment', 'site', '{role_id}', '{}', NULL),
        ('grade', 70, 'grades', NULL, 'course', '{course_id,user_id,item_id}',
         '{rank,numusers,averageformatted,gradeneedsupdate}', '30 days'),
        ('grade_item', 80, 'grade_items', 'grade', 'course', '{course_id,item_id}', '{}', NULL),
        ('completion', 90, 'completions', NULL, 'enrolment', '{course_id,user_id}', '{}', '30 days')
    ) known(entity, ordinal, live_entity, derived_from, unit, key_columns, volatile_fields,
            closed_after)
    LEFT JOIN @extschema@.entity_settings setting USING (entity)
    ORDER BY known.ordinal;

COMMENT ON VIEW @extschema@.raw_entities IS
    'what a refresh lands; entity_settings changes it';
COMMENT ON COLUMN @extschema@.raw_entities.live_entity IS 'the live table that it is read from';
COMMENT ON COLUMN @extschema@.raw_entities.derived_from IS
    'the entity whose answers hold it already: nothing more is asked';
COMMENT ON COLUMN @extschema@.raw_entities.unit IS
    'what one call is asked for: the site, a course, or an enrolment';
COMMENT ON COLUMN @extschema@.raw_entities.key_columns IS
    'the columns of the live table that record_key is made of; the last one is moodle_id';
COMMENT ON COLUMN @extschema@.raw_entities.volatile_fields IS
    'keys of the record that the hash leaves out: a change in them alone adds no version';
COMMENT ON COLUMN @extschema@.raw_entities.closed_after IS
    'courses that ended so long before they were last read are not read again, but by full_scan; NULL = always read';
COMMENT ON COLUMN @extschema@.raw_entities.late_after IS
    'how old the last complete reading may be before freshness calls it late';
GRANT SELECT ON @extschema@.raw_entities TO PUBLIC;
