-- In the site's own database: ways to make what the dump lacks.
CREATE FUNCTION new_course(course bigint, of_category bigint, shortname text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_course (id, category, fullname, shortname, idnumber)
    VALUES (course, of_category, 'Course ' || course, coalesce($3, 'C' || course), 'ID-' || course);
    INSERT INTO mdl_context (id, contextlevel, instanceid, depth) VALUES (1000000 + course, 50, course, 3);
    $$;
CREATE FUNCTION new_module(module bigint, of_course bigint, kind text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_course_modules (id, course, module, instance)
    SELECT $1, of_course, id, 0 FROM mdl_modules WHERE name = kind;
    $$;
CREATE FUNCTION new_role(person bigint, of_course bigint, role text, since text DEFAULT '2025-01-01') RETURNS void
    LANGUAGE sql AS $$
    INSERT INTO mdl_role_assignments (id, roleid, contextid, userid, timemodified)
    SELECT (SELECT max(id) + 1 FROM mdl_role_assignments), id, 1000000 + of_course, person,
           extract(epoch FROM since::timestamp)::bigint
    FROM mdl_role WHERE shortname = role;
    $$;
-- One more entry of the log, at a time by the clock on the wall of the site.
CREATE FUNCTION log_entry(at text, person bigint, course bigint, module bigint, component text DEFAULT 'mod_resource',
                          action text DEFAULT 'viewed', target text DEFAULT 'course_module',
                          origin text DEFAULT 'web', real_person bigint DEFAULT NULL,
                          level integer DEFAULT 70, object bigint DEFAULT NULL, related bigint DEFAULT NULL,
                          zone text DEFAULT 'Europe/Prague', number bigint DEFAULT NULL)
    RETURNS void LANGUAGE sql AS $$
    INSERT INTO mdl_logstore_standard_log (id, eventname, component, action, target, objectid, crud, edulevel,
        contextid, contextlevel, contextinstanceid, userid, courseid, relateduserid, other, timecreated, origin,
        ip, realuserid)
    SELECT coalesce(number, (SELECT max(l.id) + 1 FROM mdl_logstore_standard_log l)), '\tap', component, action,
           target, object, 'r', 2, 1, level, module, person, course, related, 'null',
           extract(epoch FROM at::timestamp AT TIME ZONE zone)::bigint, origin, '203.0.113.77', real_person
    $$;
