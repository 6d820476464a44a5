-- Made with the ranks that Moodle gives its standard roles; yours to change.
CREATE TABLE IF NOT EXISTS moodle_stg.role_ranks (
    shortname text PRIMARY KEY,
    rank bigint NOT NULL
);
INSERT INTO moodle_stg.role_ranks (shortname, rank)
VALUES ('manager', 1), ('coursecreator', 2), ('editingteacher', 3), ('teacher', 4), ('student', 5),
       ('guest', 6), ('user', 7), ('frontpage', 8)
ON CONFLICT DO NOTHING;
COMMENT ON TABLE moodle_stg.role_ranks IS
    'which role counts for a person of several, where the site does not tell its order (roles.sortorder): yours to edit';
COMMENT ON COLUMN moodle_stg.role_ranks.shortname IS 'short name of the role';
COMMENT ON COLUMN moodle_stg.role_ranks.rank IS '1 = the highest; roles not named here come last, by their ids';
