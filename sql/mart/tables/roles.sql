CREATE OR REPLACE VIEW moodle_mart.roles AS
    SELECT role.instance, role.moodle_role_id, role.shortname, role.name, role.archetype,
           coalesce((SELECT rule.kind
                     FROM moodle_mart.role_kinds rule
                     WHERE (rule.instance IS NULL OR rule.instance = role.instance)
                       AND (rule.archetype IS NULL OR rule.archetype = role.archetype)
                       AND (rule.shortname IS NULL OR lower(rule.shortname) = lower(role.shortname))
                     ORDER BY rule.rank, rule.instance IS NULL, rule.shortname IS NULL, rule.rule_id
                     LIMIT 1), 'other') AS role_kind
    FROM moodle_stg.roles role;
COMMENT ON VIEW moodle_mart.roles IS 'the roles of each site and what kind moodle_mart.role_kinds makes them';
COMMENT ON COLUMN moodle_mart.roles.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.roles.moodle_role_id IS 'Moodle''s id of the role, unique within the instance';
COMMENT ON COLUMN moodle_mart.roles.shortname IS 'short name';
COMMENT ON COLUMN moodle_mart.roles.name IS 'name; empty for Moodle''s standard roles';
COMMENT ON COLUMN moodle_mart.roles.archetype IS 'Moodle''s archetype; NULL where the site does not tell it';
COMMENT ON COLUMN moodle_mart.roles.role_kind IS 'student, teacher, manager or other';
