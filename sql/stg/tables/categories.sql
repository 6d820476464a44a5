CREATE TABLE IF NOT EXISTS moodle_stg.categories (
    instance text NOT NULL,
    moodle_category_id bigint NOT NULL,
    name text,
    idnumber text,
    description text,
    descriptionformat bigint,
    parent bigint,
    depth bigint,
    path text,
    sortorder bigint,
    visible integer,
    visibleold integer,
    coursecount bigint,
    timemodified bigint,
    modified_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN timemodified > 0 AND timemodified < 253402300800 THEN to_timestamp(timemodified) END) STORED,
    theme text,
    top_category_id bigint,
    top_category_name text,
    second_category_id bigint,
    second_category_name text,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_category_id)
);
COMMENT ON TABLE moodle_stg.categories IS
    'the course categories of each site';
COMMENT ON COLUMN moodle_stg.categories.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.categories.moodle_category_id IS
    'Moodle''s id of the category, unique within the instance';
COMMENT ON COLUMN moodle_stg.categories.name IS 'name, HTML as served';
COMMENT ON COLUMN moodle_stg.categories.idnumber IS
    'the institution''s own number for the category; NULL where there is none or the token may not see it (category:manage)';
COMMENT ON COLUMN moodle_stg.categories.description IS 'description, HTML as served';
COMMENT ON COLUMN moodle_stg.categories.descriptionformat IS
    '1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown';
COMMENT ON COLUMN moodle_stg.categories.parent IS 'the category above; 0 = none';
COMMENT ON COLUMN moodle_stg.categories.depth IS '1 = top level';
COMMENT ON COLUMN moodle_stg.categories.path IS
    'the ids from the top level down to this one: /2/3/4';
COMMENT ON COLUMN moodle_stg.categories.sortorder IS 'place in the site''s order';
COMMENT ON COLUMN moodle_stg.categories.visible IS '1 = shown; NULL where the token may not see it';
COMMENT ON COLUMN moodle_stg.categories.visibleold IS
    '1 = was shown before the category above was hidden';
COMMENT ON COLUMN moodle_stg.categories.coursecount IS
    'courses in it as of ts_extract: another number alone makes no new version';
COMMENT ON COLUMN moodle_stg.categories.timemodified IS
    'epoch of the last change; NULL where the token may not see it';
COMMENT ON COLUMN moodle_stg.categories.modified_at IS 'the same as a time';
COMMENT ON COLUMN moodle_stg.categories.theme IS 'forced theme; empty = none';
COMMENT ON COLUMN moodle_stg.categories.top_category_id IS
    'the category of the top level that it belongs to: itself, at depth 1';
COMMENT ON COLUMN moodle_stg.categories.top_category_name IS
    'that one''s name; NULL where the token may not see it';
COMMENT ON COLUMN moodle_stg.categories.second_category_id IS
    'the category of the second level that it belongs to: itself, at depth 2; NULL at depth 1';
COMMENT ON COLUMN moodle_stg.categories.second_category_name IS
    'that one''s name; NULL where the token may not see it';
COMMENT ON COLUMN moodle_stg.categories.ts_extract IS
    'when Moodle was asked for the version that this row shows';
