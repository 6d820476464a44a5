-- A partition a month, made as events come; event_id alone cannot be the key of them all, at is with
-- it. Events are only ever added, so their places on disk follow their times: a BRIN is all that
-- reading a day needs.
CREATE TABLE IF NOT EXISTS moodle_stg.events (
    instance text NOT NULL,
    event_id bigint NOT NULL,
    at timestamptz NOT NULL,
    user_id bigint NOT NULL,
    real_user_id bigint,
    related_user_id bigint,
    course_id bigint,
    component text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    object_table text,
    object_id bigint,
    context_level integer NOT NULL,
    context_instance_id bigint NOT NULL,
    origin text,
    ip text,
    is_reader boolean NOT NULL DEFAULT false,
    other jsonb,
    PRIMARY KEY (instance, event_id, at)
) PARTITION BY RANGE (at);
CREATE INDEX IF NOT EXISTS events_at ON moodle_stg.events USING brin (at)
    WITH (pages_per_range = 16);
-- Who got or lost a role when: few among many, and asked for at every run.
CREATE INDEX IF NOT EXISTS events_roles ON moodle_stg.events
    (instance, context_instance_id, related_user_id, object_id, at, event_id)
    WHERE target = 'role' AND context_level = 50 AND action IN ('assigned', 'unassigned');
COMMENT ON TABLE moodle_stg.events IS
    'what happened on each site, from its log store: partitioned by month; what the site prunes from its log stays here';
COMMENT ON COLUMN moodle_stg.events.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.events.event_id IS 'its number in the site''s log';
COMMENT ON COLUMN moodle_stg.events.at IS 'when it happened';
COMMENT ON COLUMN moodle_stg.events.user_id IS 'who did it; 0 = nobody who was logged in, or the site itself';
COMMENT ON COLUMN moodle_stg.events.real_user_id IS
    'who was logged in as that person; NULL = the person';
COMMENT ON COLUMN moodle_stg.events.related_user_id IS 'whom it was done to, where that is another';
COMMENT ON COLUMN moodle_stg.events.course_id IS 'the course; NULL = none';
COMMENT ON COLUMN moodle_stg.events.component IS 'the part of Moodle: core, mod_forum, ...';
COMMENT ON COLUMN moodle_stg.events.action IS 'what was done: viewed, submitted, created, ...';
COMMENT ON COLUMN moodle_stg.events.target IS 'to what: course, course_module, discussion, ...';
COMMENT ON COLUMN moodle_stg.events.object_table IS 'the table of Moodle that it is about';
COMMENT ON COLUMN moodle_stg.events.object_id IS 'and the row of it';
COMMENT ON COLUMN moodle_stg.events.context_level IS
    '10 = site, 30 = a person, 40 = category, 50 = course, 70 = course module, 80 = block';
COMMENT ON COLUMN moodle_stg.events.context_instance_id IS 'which one: with 70 the course module''s id';
COMMENT ON COLUMN moodle_stg.events.origin IS
    'web, ws (web services), cli, restore; ws counts in no figure of learners';
COMMENT ON COLUMN moodle_stg.events.ip IS
    'from where: the network only, unless moodle_fdw.databases.ip says otherwise';
COMMENT ON COLUMN moodle_stg.events.is_reader IS
    'of the account whose token reads the site: counts in no figure';
COMMENT ON COLUMN moodle_stg.events.other IS 'what else the log says; NULL = nothing';
