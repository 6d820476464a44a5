-- Room in each page, so that a change of a row stays in it and touches no index.
CREATE TABLE IF NOT EXISTS moodle_stg.users (
    instance text NOT NULL,
    moodle_user_id bigint NOT NULL,
    username text,
    email text,
    firstname text,
    lastname text,
    fullname text,
    auth text,
    confirmed integer,
    suspended integer,
    deleted integer,
    idnumber text,
    department text,
    institution text,
    city text,
    country text,
    address text,
    phone1 text,
    phone2 text,
    lang text,
    timezone text,
    theme text,
    calendartype text,
    mailformat bigint,
    trackforums integer,
    interests text,
    description text,
    descriptionformat bigint,
    profileimageurl text,
    profileimageurlsmall text,
    firstaccess bigint,
    firstaccess_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN firstaccess > 0 AND firstaccess < 253402300800 THEN to_timestamp(firstaccess) END) STORED,
    lastaccess bigint,
    lastaccess_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN lastaccess > 0 AND lastaccess < 253402300800 THEN to_timestamp(lastaccess) END) STORED,
    customfields jsonb,
    ts_extract timestamptz NOT NULL,
    PRIMARY KEY (instance, moodle_user_id)
) WITH (fillfactor = 90);
CREATE INDEX IF NOT EXISTS users_username ON moodle_stg.users (instance, username);
COMMENT ON TABLE moodle_stg.users IS
    'the people of each site, one row each; who is no longer listed, or deleted in an attached database of the site, stays with deleted = 1';
COMMENT ON COLUMN moodle_stg.users.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_stg.users.moodle_user_id IS
    'Moodle''s id of the person, unique within the instance';
COMMENT ON COLUMN moodle_stg.users.username IS 'login name; NULL where the token may not see it';
COMMENT ON COLUMN moodle_stg.users.email IS
    'address; NULL where there is none or the token may not see it';
COMMENT ON COLUMN moodle_stg.users.firstname IS 'first name';
COMMENT ON COLUMN moodle_stg.users.lastname IS 'last name';
COMMENT ON COLUMN moodle_stg.users.fullname IS 'the name as the site shows it';
COMMENT ON COLUMN moodle_stg.users.auth IS 'authentication: manual, ldap, oauth2, nologin, ...';
COMMENT ON COLUMN moodle_stg.users.confirmed IS '1 = the account is confirmed, 0 = not yet';
COMMENT ON COLUMN moodle_stg.users.suspended IS '1 = may not log in';
COMMENT ON COLUMN moodle_stg.users.deleted IS
    '1 = deleted there; without an attached database of the site: no longer listed, deleted or hidden from the token, and ts_extract says when that was seen';
COMMENT ON COLUMN moodle_stg.users.idnumber IS 'the institution''s own number for the person';
COMMENT ON COLUMN moodle_stg.users.department IS 'department';
COMMENT ON COLUMN moodle_stg.users.institution IS 'institution';
COMMENT ON COLUMN moodle_stg.users.city IS 'city';
COMMENT ON COLUMN moodle_stg.users.country IS 'country, two letters (ISO 3166)';
COMMENT ON COLUMN moodle_stg.users.address IS 'postal address';
COMMENT ON COLUMN moodle_stg.users.phone1 IS 'phone';
COMMENT ON COLUMN moodle_stg.users.phone2 IS 'mobile phone';
COMMENT ON COLUMN moodle_stg.users.lang IS 'language of the interface';
COMMENT ON COLUMN moodle_stg.users.timezone IS 'time zone; 99 = the site''s';
COMMENT ON COLUMN moodle_stg.users.theme IS 'theme chosen';
COMMENT ON COLUMN moodle_stg.users.calendartype IS 'calendar chosen';
COMMENT ON COLUMN moodle_stg.users.mailformat IS '1 = HTML, 0 = plain text';
COMMENT ON COLUMN moodle_stg.users.trackforums IS '1 = unread posts are marked';
COMMENT ON COLUMN moodle_stg.users.interests IS 'interests, separated by commas';
COMMENT ON COLUMN moodle_stg.users.description IS 'profile text, HTML as served';
COMMENT ON COLUMN moodle_stg.users.descriptionformat IS
    '1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown';
COMMENT ON COLUMN moodle_stg.users.profileimageurl IS
    'picture, as of ts_extract: a new address alone makes no new version';
COMMENT ON COLUMN moodle_stg.users.profileimageurlsmall IS 'small picture, likewise';
COMMENT ON COLUMN moodle_stg.users.firstaccess IS
    'epoch of the first access to the site; 0 = never';
COMMENT ON COLUMN moodle_stg.users.firstaccess_at IS 'the same as a time; NULL = never';
COMMENT ON COLUMN moodle_stg.users.lastaccess IS
    'epoch of the last access to the site as of ts_extract: a new access alone makes no new version; 0 = never';
COMMENT ON COLUMN moodle_stg.users.lastaccess_at IS 'the same as a time; NULL = never';
COMMENT ON COLUMN moodle_stg.users.customfields IS
    'profile fields of the site: {shortname: value}; NULL = none';
COMMENT ON COLUMN moodle_stg.users.ts_extract IS
    'when Moodle was asked for the version that this row shows';
