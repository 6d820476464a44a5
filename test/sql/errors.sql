-- Every kind of error that a real Moodle was recorded with: what it becomes here. The token
-- replay-<variant> makes the replaying server answer with that recording.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
SET statement_timeout = '60s';
\getenv replay MOODLE_REPLAY_URL
CREATE SERVER m FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url :'replay', retries '0', retry_max_delay '1ms');
CREATE USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (token 'replay');
CREATE FUNCTION said(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    state := '00000';
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
                            detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;
CREATE TABLE recorded (ordinal int GENERATED ALWAYS AS IDENTITY, function text, variant text,
                       state text, message text, detail text, hint text);
INSERT INTO recorded (function, variant) VALUES
    ('core_cohort_get_cohort_members', 'bad'),
    ('core_cohort_get_cohorts', 'perm_admin_min'),
    ('core_cohort_get_cohorts', 'perm_fdwreader'),
    ('core_cohort_get_cohorts', 'perm_nocap'),
    ('core_cohort_get_cohorts', 'perm_student'),
    ('core_cohort_get_cohorts', 'perm_teacher'),
    ('core_cohort_get_cohorts', 'perm_useonly'),
    ('core_completion_get_course_completion_status', 'course14_deleted_user'),
    ('core_completion_get_course_completion_status', 'course14_no_userid'),
    ('core_completion_get_course_completion_status', 'course14_notenrolled'),
    ('core_completion_get_course_completion_status', 'course14_teacher103'),
    ('core_completion_get_course_completion_status', 'course14_user_nonexistent'),
    ('core_completion_get_course_completion_status', 'course20_not_enabled'),
    ('core_completion_get_course_completion_status', 'course21_nocriteria'),
    ('core_completion_get_course_completion_status', 'course22_empty'),
    ('core_completion_get_course_completion_status', 'debug_cannotviewreport'),
    ('core_completion_get_course_completion_status', 'nonexistent_course'),
    ('core_completion_get_course_completion_status', 'perm_admin_min_c14_user114'),
    ('core_completion_get_course_completion_status', 'perm_admin_min_c14_user115'),
    ('core_completion_get_course_completion_status', 'perm_nocap_c14_user114'),
    ('core_completion_get_course_completion_status', 'perm_nocap_c14_user115'),
    ('core_completion_get_course_completion_status', 'perm_student_c14_user115'),
    ('core_completion_get_course_completion_status', 'perm_teacher_c14_user115'),
    ('core_completion_get_course_completion_status', 'perm_useonly_c14_user114'),
    ('core_completion_get_course_completion_status', 'perm_useonly_c14_user115'),
    ('core_completion_get_course_completion_status', 'site1'),
    ('core_course_get_categories', 'bad_key'),
    ('core_course_get_contents', 'nonexistent'),
    ('core_course_get_courses', 'accept_json_header_only'),
    ('core_course_get_courses', 'db_down'),
    ('core_course_get_courses', 'debug_restricted_not_authorised'),
    ('core_course_get_courses', 'debug_service_disabled'),
    ('core_course_get_courses', 'err_notinservice'),
    ('core_course_get_courses', 'err_options_unknown_key'),
    ('core_course_get_courses', 'fmt_bad'),
    ('core_course_get_courses', 'fmt_missing_xml_default'),
    ('core_course_get_courses', 'fmt_xml'),
    ('core_course_get_courses', 'ids_nonnumeric'),
    ('core_course_get_courses', 'maintenance_cli'),
    ('core_course_get_courses', 'maintenance_cli_get'),
    ('core_course_get_courses', 'maintenance_cli_teacher'),
    ('core_course_get_courses', 'path_notfound'),
    ('core_course_get_courses', 'perm_admin_min_all'),
    ('core_course_get_courses', 'perm_admin_min_ids14'),
    ('core_course_get_courses', 'perm_nocap_ids14'),
    ('core_course_get_courses', 'perm_student_all'),
    ('core_course_get_courses', 'perm_student_ids14'),
    ('core_course_get_courses', 'perm_teacher_all'),
    ('core_course_get_courses', 'perm_teacher_ids14'),
    ('core_course_get_courses', 'perm_useonly_all'),
    ('core_course_get_courses', 'perm_useonly_ids14'),
    ('core_course_get_courses', 'phpfpm_down'),
    ('core_course_get_courses', 'simpleserver_userpass'),
    ('core_course_get_courses', 'webservices_disabled'),
    ('core_course_get_courses_by_field', 'fullname_x'),
    ('core_course_get_courses_by_field', 'perm_admin_min_id14'),
    ('core_course_get_courses_by_field', 'perm_nocap_id14'),
    ('core_enrol_get_course_enrolment_methods', 'course999999'),
    ('core_enrol_get_course_enrolment_methods', 'perm_admin_min_c14'),
    ('core_enrol_get_course_enrolment_methods', 'perm_admin_min_c18hidden'),
    ('core_enrol_get_course_enrolment_methods', 'perm_nocap_c14'),
    ('core_enrol_get_course_enrolment_methods', 'perm_nocap_c18hidden'),
    ('core_enrol_get_course_enrolment_methods', 'perm_useonly_c18hidden'),
    ('core_enrol_get_enrolled_users', 'active_and_suspended'),
    ('core_enrol_get_enrolled_users', 'debug_course_nonexistent'),
    ('core_enrol_get_enrolled_users', 'debug_courseid_missing'),
    ('core_enrol_get_enrolled_users', 'debug_courseid_string'),
    ('core_enrol_get_enrolled_users', 'debug_extra_param'),
    ('core_enrol_get_enrolled_users', 'err_courseid_array'),
    ('core_enrol_get_enrolled_users', 'err_courseid_empty'),
    ('core_enrol_get_enrolled_users', 'err_courseid_float'),
    ('core_enrol_get_enrolled_users', 'err_courseid_hugeint'),
    ('core_enrol_get_enrolled_users', 'err_courseid_int8_overflow'),
    ('core_enrol_get_enrolled_users', 'err_courseid_missing'),
    ('core_enrol_get_enrolled_users', 'err_courseid_negative'),
    ('core_enrol_get_enrolled_users', 'err_courseid_spaces'),
    ('core_enrol_get_enrolled_users', 'err_courseid_string'),
    ('core_enrol_get_enrolled_users', 'err_extra_param'),
    ('core_enrol_get_enrolled_users', 'err_option_missing_value'),
    ('core_enrol_get_enrolled_users', 'err_options_scalar'),
    ('core_enrol_get_enrolled_users', 'nonexistent'),
    ('core_enrol_get_enrolled_users', 'perm_admin_min_c14'),
    ('core_enrol_get_enrolled_users', 'perm_admin_min_c17'),
    ('core_enrol_get_enrolled_users', 'perm_nocap_c14'),
    ('core_enrol_get_enrolled_users', 'perm_nocap_c17'),
    ('core_enrol_get_enrolled_users', 'perm_student_c17'),
    ('core_enrol_get_enrolled_users', 'perm_useonly_c14'),
    ('core_enrol_get_enrolled_users', 'perm_useonly_c17'),
    ('core_enrol_get_enrolled_users', 'perm_useonly_c24'),
    ('core_enrol_get_enrolled_users', 'sortby_bad'),
    ('core_enrol_get_enrolled_users', 'sortdir_bad'),
    ('core_group_get_course_groups', 'perm_admin_min_c14'),
    ('core_group_get_course_groups', 'perm_fdwreader_c14'),
    ('core_group_get_course_groups', 'perm_nocap_c14'),
    ('core_group_get_course_groups', 'perm_student_c14'),
    ('core_group_get_course_groups', 'perm_useonly_c14'),
    ('core_group_get_groups', 'bad'),
    ('core_reportbuilder_retrieve_report', 'bad'),
    ('core_reportbuilder_retrieve_report', 'perm_fdwreader'),
    ('core_user_get_users', 'criteria_extra_field'),
    ('core_user_get_users', 'criteria_no_value'),
    ('core_user_get_users', 'debug_dup_key'),
    ('core_user_get_users', 'dup_key'),
    ('core_user_get_users', 'empty_criteria_omitted'),
    ('core_user_get_users', 'err_invalid_utf8'),
    ('core_user_get_users', 'err_xss_function_name'),
    ('core_user_get_users', 'nginx_504_timeout'),
    ('core_user_get_users', 'perm_nocap_all'),
    ('core_user_get_users_by_field', 'bad_field'),
    ('core_user_get_users_by_field', 'empty_values'),
    ('core_user_get_users_by_field', 'format_last_after_5000_vars'),
    ('core_user_get_users_by_field', 'id_nonnumeric'),
    ('core_user_get_users_by_field', 'perm_admin_min_id114'),
    ('core_user_get_users_by_field', 'perm_nocap_id114'),
    ('core_user_get_users_by_field', 'username_case'),
    ('core_webservice_get_site_info', 'debug_invalid_token'),
    ('core_webservice_get_site_info', 'debug_iprestricted'),
    ('core_webservice_get_site_info', 'err_empty_token'),
    ('core_webservice_get_site_info', 'err_expired_token'),
    ('core_webservice_get_site_info', 'err_invalid_token'),
    ('core_webservice_get_site_info', 'err_iprestricted'),
    ('core_webservice_get_site_info', 'err_no_token'),
    ('core_webservice_get_site_info', 'err_nocap'),
    ('core_webservice_get_site_info', 'err_service_disabled'),
    ('core_webservice_get_site_info', 'err_suspended_user'),
    ('core_webservice_get_site_info', 'err_token_garbage'),
    ('core_webservice_get_site_info', 'http_bearer_header'),
    ('core_webservice_get_site_info', 'http_json_body'),
    ('core_webservice_get_site_info', 'http_put'),
    ('core_webservice_get_site_info', 'ok_restricted_service'),
    ('enrol_self_get_instance_info', 'course14'),
    ('gradereport_user_get_grade_items', 'course14_user_deleted'),
    ('gradereport_user_get_grade_items', 'course14_user_nonexistent'),
    ('gradereport_user_get_grade_items', 'course9999_nonexistent'),
    ('gradereport_user_get_grade_items', 'err_userid_string'),
    ('gradereport_user_get_grade_items', 'perm_admin_min_c14_user0'),
    ('gradereport_user_get_grade_items', 'perm_admin_min_c14_user114'),
    ('gradereport_user_get_grade_items', 'perm_admin_min_c14_user115'),
    ('gradereport_user_get_grade_items', 'perm_admin_min_c24_user0'),
    ('gradereport_user_get_grade_items', 'perm_nocap_c14_user0'),
    ('gradereport_user_get_grade_items', 'perm_nocap_c14_user114'),
    ('gradereport_user_get_grade_items', 'perm_nocap_c14_user115'),
    ('gradereport_user_get_grade_items', 'perm_nocap_c24_user0'),
    ('gradereport_user_get_grade_items', 'perm_student_c14_user0'),
    ('gradereport_user_get_grade_items', 'perm_student_c14_user115'),
    ('gradereport_user_get_grade_items', 'perm_student_c24_user0'),
    ('gradereport_user_get_grade_items', 'perm_useonly_c14_user0'),
    ('gradereport_user_get_grade_items', 'perm_useonly_c14_user114'),
    ('gradereport_user_get_grade_items', 'perm_useonly_c14_user115'),
    ('gradereport_user_get_grade_items', 'perm_useonly_c24_user0'),
    ('gradereport_user_get_grade_items', 'php_memory_exhausted_c34'),
    ('gradereport_user_get_grades_table', 'course14_user_deleted'),
    ('gradereport_user_get_grades_table', 'course14_user_nonexistent'),
    ('gradereport_user_get_grades_table', 'course9999_nonexistent'),
    ('mod_forum_get_forum_discussions', 'bad');
DO $$
DECLARE
    one recorded;
    heard record;
BEGIN
    FOR one IN SELECT * FROM recorded ORDER BY ordinal LOOP
        EXECUTE format('ALTER USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (SET token %L)', 'replay-' || one.variant);
        heard := said(format('SELECT moodle_fdw.call(''m'', %L)', one.function));
        UPDATE recorded SET state = heard.state, message = heard.message, detail = heard.detail, hint = heard.hint
        WHERE ordinal = one.ordinal;
    END LOOP;
END $$;
\t on
\pset format unaligned
-- One line a recording.
SELECT concat_ws(' ', function || '__' || variant, state, message, '| ' || nullif(detail, '')) FROM recorded ORDER BY ordinal;
-- One line a kind: the hint that goes with it.
SELECT kind FROM (SELECT DISTINCT concat_ws(' ', state, regexp_replace(message, '^moodle instance "m": [a-z_]+ ', ''), '| ' || hint) AS kind
                  FROM recorded) kinds ORDER BY kind COLLATE "C";
-- None of them shows a token, a tag (what XML holds as escaped text is text), or more than a line and
-- 400 bytes of what the site said.
SELECT function, variant FROM recorded
WHERE concat(message, detail) ~ ('replay-|[\n\r\t]' || CASE WHEN state = 'HV00M' THEN '' ELSE '|<[a-z/]' END) OR octet_length(detail) > 400 OR state = '00000';
-- A cause has one SQLSTATE, and each has a hint.
SELECT count(*) AS without_hint FROM recorded WHERE coalesce(hint, '') = '' AND state <> 'HV000';

-- The same by a table: with the unit that was asked for.
\t off
\pset format aligned
CREATE SCHEMA m;
IMPORT FOREIGN SCHEMA moodle FROM SERVER m INTO m;
CREATE FUNCTION said_with(variant text, statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (SET token %L)', 'replay-' || variant);
    SELECT * FROM said(statement) INTO state, message, detail, hint;
END $$;
\x on
SELECT * FROM said_with('perm_student_c24_user0', 'SELECT count(*) FROM m.grades WHERE course_id = 24');
SELECT * FROM said_with('nginx_504_timeout', 'SELECT count(*) FROM m.users');
SELECT * FROM said_with('perm_nocap_all', 'SELECT count(*) FROM m.users');
SELECT * FROM said_with('err_invalid_token', 'SELECT sitename FROM m.site_info');
-- A listing that cannot be proven complete is an error, not a short table.
SELECT * FROM said_with('by_id', 'SELECT count(*) FROM m.users');
-- A course without people, or that does not exist, has no rows and is no error.
SELECT * FROM said_with('nonexistent', 'SELECT count(*) FROM m.enrolments WHERE course_id = 999999');
SELECT * FROM said_with('course22_empty', 'SELECT count(*) FROM m.enrolments WHERE course_id = 22');
\x off
-- What is expected of completions is a row with its reason; anything else stays an error.
CREATE FUNCTION reasons_of(variant text) RETURNS TABLE (course_id bigint, user_id bigint, completed boolean, reason text)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (SET token %L)', 'replay-' || variant);
    RETURN QUERY SELECT c.course_id, c.user_id, c.completed, c.reason FROM m.completions c WHERE c.course_id = 14 AND c.user_id = 114;
END $$;
SELECT variant, r.* FROM unnest(ARRAY['course14_user114_partial', 'course14_complete_user149', 'course20_not_enabled', 'course21_nocriteria',
                                      'course14_notenrolled', 'course14_deleted_user', 'course14_user_nonexistent']) variant, reasons_of(variant) r;
SELECT * FROM said('SELECT * FROM reasons_of(''perm_nocap_c14_user114'')');
SELECT * FROM said('SELECT * FROM reasons_of(''course14_no_userid'')');
-- Passed over only where that was asked for, with a warning, and last_scan() tells.
CREATE FOREIGN TABLE lenient (course_id bigint OPTIONS (param 'courseid'), id bigint) SERVER m
    OPTIONS (wsfunction 'core_enrol_get_enrolled_users', rows '/*', on_unit_error 'skip');
ALTER USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (SET token 'replay-nonexistent');
\set SHOW_CONTEXT never
-- One at a time, or either may be the first to be refused.
ALTER SERVER m OPTIONS (ADD max_connections '1');
SELECT count(*) FROM lenient WHERE course_id IN (14, 999999);
SELECT units, units_skipped, requests, rows, skipped FROM moodle_fdw.last_scan();
ALTER SERVER m OPTIONS (DROP max_connections);
-- What concerns the whole site is never passed over.
SELECT * FROM said_with('perm_nocap_c14', 'SELECT count(*) FROM lenient WHERE course_id = 14');
-- A statement after an error works as if nothing had been.
SELECT * FROM said_with('', 'SELECT count(*) FROM lenient WHERE course_id IN (14, 15)');
DROP SERVER m CASCADE;
