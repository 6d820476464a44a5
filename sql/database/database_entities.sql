-- What a refresh lands of an attached database: records in the shape that web services give them, and
-- beside what these say. A record has the same unit and key in both, so that staging can join them.
CREATE VIEW @extschema@.database_entities AS
    SELECT 'db_' || known.same_as AS entity, known.same_as, known.ordinal, known.unit,
           coalesce(setting.enabled, true) AS enabled,
           coalesce(setting.volatile_fields, known.volatile_fields) AS volatile_fields,
           known.served_fields,
           coalesce(setting.late_after, '36 hours'::interval) AS late_after
    FROM (VALUES
        ('user', 91, 'site', '{lastaccess}'::text[], '{}'::text[]),
        ('category', 92, 'site', '{coursecount}', '{}'),
        ('course', 93, 'site', '{}', '{}'),
        ('role', 94, 'site', '{}', '{}'),
        ('enrolment_method', 95, 'course', '{}', '{}'),
        ('enrolment', 96, 'course', '{}', '{lastcourseaccess}'),
        ('grade_item', 97, 'course', '{}', '{}'),
        ('grade', 98, 'course', '{gradeneedsupdate}', '{}'),
        ('completion', 99, 'course', '{}', '{}')
    ) known(same_as, ordinal, unit, volatile_fields, served_fields)
    LEFT JOIN @extschema@.entity_settings setting ON setting.entity = 'db_' || known.same_as
    ORDER BY known.ordinal;

COMMENT ON VIEW @extschema@.database_entities IS
    'what a refresh lands of an attached database; entity_settings changes it';
COMMENT ON COLUMN @extschema@.database_entities.entity IS 'the word in the landing and in run_steps';
COMMENT ON COLUMN @extschema@.database_entities.same_as IS 'what web services call it: read when that is';
COMMENT ON COLUMN @extschema@.database_entities.unit IS 'what one part of it is read for: the site, or a course';
COMMENT ON COLUMN @extschema@.database_entities.volatile_fields IS
    'keys of the record that the hash leaves out: a change in them alone adds no version';
COMMENT ON COLUMN @extschema@.database_entities.served_fields IS
    'the same where web services are connected too: they say it, and one version a night is enough';
COMMENT ON COLUMN @extschema@.database_entities.late_after IS
    'how old the last complete reading may be before freshness calls it late';
GRANT SELECT ON @extschema@.database_entities TO PUBLIC;
