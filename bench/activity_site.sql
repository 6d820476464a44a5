-- A site's own database with a log of :events entries over two years, 2,000 courses of ten
-- activities, 50 students each. Ids and times rise together, as in a real log.
\set QUIET on
\set ON_ERROR_STOP on
-- What is written here is read by id alone.
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index
WHERE indrelid = 'mdl_logstore_standard_log'::regclass AND NOT indisprimary \gexec
TRUNCATE mdl_logstore_standard_log, mdl_course, mdl_course_modules, mdl_context, mdl_role_assignments;
INSERT INTO mdl_course (id, category, fullname, shortname, idnumber)
SELECT nr, 2, 'Course ' || nr, 'C' || nr, 'ID' || nr FROM generate_series(1, 2001) nr;
INSERT INTO mdl_context (id, contextlevel, instanceid, depth)
SELECT nr, 50, nr, 3 FROM generate_series(1, 2001) nr;
INSERT INTO mdl_course_modules (id, course, module, instance)
SELECT nr, 2 + (nr - 1) / 10, (ARRAY[18, 16, 9, 17, 1, 22, 8, 18, 9, 17])[1 + nr % 10], nr
FROM generate_series(1, 20000) nr;
INSERT INTO mdl_role_assignments (id, roleid, contextid, userid, timemodified)
SELECT nr, 5, 2 + (nr - 1) / 50, 100 + (nr * 7919) % 20000, 1700000000 FROM generate_series(1, 100000) nr;
INSERT INTO mdl_logstore_standard_log (id, eventname, component, action, target, objecttable, objectid, crud,
    edulevel, contextid, contextlevel, contextinstanceid, userid, courseid, relateduserid, anonymous, other,
    timecreated, origin, ip, realuserid)
SELECT nr, '\mod_page\event\course_module_viewed',
       CASE WHEN nr % 3 = 0 THEN 'core' ELSE (ARRAY['mod_resource', 'mod_page', 'mod_forum', 'mod_quiz', 'mod_assign'])[1 + module % 5] END,
       CASE WHEN nr % 7 = 0 THEN 'submitted' ELSE 'viewed' END,
       CASE WHEN nr % 3 = 0 THEN 'course' ELSE 'course_module' END, 'page', module, 'r', 2, module,
       CASE WHEN nr % 3 = 0 THEN 50 ELSE 70 END, CASE WHEN nr % 3 = 0 THEN course ELSE module END,
       100 + (nr * 7919) % 20000, course, NULL, 0,
       CASE WHEN nr % 10 = 0 THEN '{"cmid":' || module || ',"info":"some more of it"}' ELSE 'null' END,
       1704067200 + (nr * (63158400.0 / :events))::bigint, 'web', '203.0.113.' || nr % 250, NULL
FROM (SELECT nr, 1 + (nr * 104729) % 20000 AS module, 2 + ((nr * 104729) % 20000) / 10 AS course
      FROM generate_series(1::bigint, :events) nr) entry;
VACUUM ANALYZE mdl_logstore_standard_log;
ANALYZE;
