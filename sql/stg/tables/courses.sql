CREATE TABLE IF NOT EXISTS moodle_stg.courses (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    shortname text,
    fullname text,
    displayname text,
    idnumber text,
    categoryid bigint,
    format text,
    visible integer,
    sortorder bigint,
    summary text,
    summaryformat bigint,
    startdate bigint,
    start_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN startdate > 0 AND startdate < 253402300800 THEN to_timestamp(startdate) END) STORED,
    enddate bigint,
    end_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN enddate > 0 AND enddate < 253402300800 THEN to_timestamp(enddate) END) STORED,
    timecreated bigint,
    created_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timecreated > 0 AND timecreated < 253402300800 THEN to_timestamp(timecreated) END) STORED,
    timemodified bigint,
    modified_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timemodified > 0 AND timemodified < 253402300800 THEN to_timestamp(timemodified) END) STORED,
    enablecompletion integer,
    completionnotify integer,
    showgrades integer,
    showreports integer,
    showactivitydates integer,
    showcompletionconditions integer,
    groupmode bigint,
    groupmodeforce integer,
    defaultgroupingid bigint,
    newsitems bigint,
    maxbytes bigint,
    lang text,
    theme text,
    courseimage text,
    enrolmentmethods jsonb,
    contacts jsonb,
    customfields jsonb,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_course_id)
);
COMMENT ON TABLE moodle_stg.courses IS
    'the courses of each site, the front page (mostly course 1) among them';
COMMENT ON COLUMN moodle_stg.courses.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.courses.moodle_course_id IS
    'Moodle''s id of the course, unique within the instance';
COMMENT ON COLUMN moodle_stg.courses.shortname IS 'short name, HTML as served (&amp; for &)';
COMMENT ON COLUMN moodle_stg.courses.fullname IS 'full name, HTML as served';
COMMENT ON COLUMN moodle_stg.courses.displayname IS 'the name as the site shows it, HTML as served';
COMMENT ON COLUMN moodle_stg.courses.idnumber IS
    'the institution''s own number for the course; NULL where the token may not see it (course:update)';
COMMENT ON COLUMN moodle_stg.courses.categoryid IS
    'category: categories.moodle_category_id; 0 = the front page';
COMMENT ON COLUMN moodle_stg.courses.format IS 'topics, weeks, social, site, ...';
COMMENT ON COLUMN moodle_stg.courses.visible IS
    '1 = shown to its participants; NULL where the token may not see it';
COMMENT ON COLUMN moodle_stg.courses.sortorder IS 'place in the site''s order';
COMMENT ON COLUMN moodle_stg.courses.summary IS 'description, HTML as served';
COMMENT ON COLUMN moodle_stg.courses.summaryformat IS
    '1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown';
COMMENT ON COLUMN moodle_stg.courses.startdate IS 'epoch of the start';
COMMENT ON COLUMN moodle_stg.courses.start_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.courses.enddate IS 'epoch of the end; 0 = none';
COMMENT ON COLUMN moodle_stg.courses.end_at IS 'the same as a time; NULL = none';
COMMENT ON COLUMN moodle_stg.courses.timecreated IS
    'epoch of the making of the course; NULL where the token may not see it (course:update)';
COMMENT ON COLUMN moodle_stg.courses.created_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.courses.timemodified IS
    'epoch of the last change of the course''s settings; NULL likewise';
COMMENT ON COLUMN moodle_stg.courses.modified_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.courses.enablecompletion IS
    '1 = completion is tracked; NULL where the token may not see it (course:update)';
COMMENT ON COLUMN moodle_stg.courses.completionnotify IS
    '1 = people are told when they complete it';
COMMENT ON COLUMN moodle_stg.courses.showgrades IS '1 = participants see their grades';
COMMENT ON COLUMN moodle_stg.courses.showreports IS '1 = participants see their activity report';
COMMENT ON COLUMN moodle_stg.courses.showactivitydates IS '1 = dates of activities are shown';
COMMENT ON COLUMN moodle_stg.courses.showcompletionconditions IS
    '1 = completion conditions are shown; NULL = not set';
COMMENT ON COLUMN moodle_stg.courses.groupmode IS '0 = no groups, 1 = separate, 2 = visible';
COMMENT ON COLUMN moodle_stg.courses.groupmodeforce IS '1 = activities must follow groupmode';
COMMENT ON COLUMN moodle_stg.courses.defaultgroupingid IS 'default grouping; 0 = none';
COMMENT ON COLUMN moodle_stg.courses.newsitems IS 'how many announcements are shown';
COMMENT ON COLUMN moodle_stg.courses.maxbytes IS 'largest upload; 0 = the limit of the site';
COMMENT ON COLUMN moodle_stg.courses.lang IS 'forced language; empty = none';
COMMENT ON COLUMN moodle_stg.courses.theme IS 'forced theme; empty = none';
COMMENT ON COLUMN moodle_stg.courses.courseimage IS
    'picture, as of ts_extract: a new address alone makes no new version';
COMMENT ON COLUMN moodle_stg.courses.enrolmentmethods IS
    'the types of its enabled enrolment methods: ["manual", "self", ...]';
COMMENT ON COLUMN moodle_stg.courses.contacts IS 'whom the course list names: [{id, fullname}]';
COMMENT ON COLUMN moodle_stg.courses.customfields IS
    'course fields of the site: {shortname: value as shown}; NULL = none';
COMMENT ON COLUMN moodle_stg.courses.ts_extract IS
    'when Moodle was asked for the version that this row shows';
