-- The further entities over the simulated Moodle: what they hold agrees with each other, a condition
-- gives the same rows whether Moodle helps with it or not, and it does help.
\ir lib/setup.sql
CREATE FUNCTION requests_of(query text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reset_stats();
    EXECUTE query;
    RETURN stat('requests');
END $$;
CREATE TEMP TABLE further (entity text, key text);
INSERT INTO further VALUES
    ('modules', 'course_id, module_id'), ('groups', 'group_id'), ('group_members', 'group_id, user_id'),
    ('cohorts', 'cohort_id'), ('cohort_members', 'cohort_id, user_id'), ('user_courses', 'user_id, course_id'),
    ('activity_completions', 'course_id, user_id, module_id, reason'), ('assignments', 'assignment_id'),
    ('submissions', 'submission_id'), ('assignment_grades', 'assign_grade_id'), ('quizzes', 'quiz_id'),
    ('quiz_attempts', 'attempt_id'), ('forums', 'forum_id'), ('discussions', 'discussion_id'), ('posts', 'post_id'),
    ('calendar_events', 'event_id'), ('badges', 'user_id, badge_id'), ('notes', 'note_id'),
    ('tag_cloud', 'viewurl'), ('reports', 'report_id'), ('course_updates', 'course_id, module_id, name');
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT entity FROM further LOOP
        EXECUTE format('CREATE TEMP TABLE %I AS SELECT * FROM sim.%I', one, one);
    END LOOP;
END $$;
CREATE TEMP TABLE conditions (entity text, condition text);
INSERT INTO conditions SELECT entity, condition FROM further CROSS JOIN unnest(ARRAY[
    'course_id = 6', 'course_id IN (5, 6, 999999)', 'course_id = 1', 'course_id = NULL', 'course_id < 5']) condition
WHERE entity IN ('modules', 'groups', 'assignments', 'quizzes', 'quiz_attempts', 'forums', 'calendar_events', 'notes',
                 'course_updates', 'activity_completions');
INSERT INTO conditions SELECT entity, condition FROM further CROSS JOIN unnest(ARRAY[
    'user_id = 20', 'user_id IN (20, 21, 50, 999999)', 'user_id = 0']) condition
WHERE entity IN ('user_courses', 'badges', 'activity_completions', 'quiz_attempts', 'submissions', 'cohort_members');
INSERT INTO conditions
SELECT 'modules', c FROM unnest(ARRAY['modname = ''assign''', 'modname IN (''quiz'', ''forum'')', 'modname = ''Assign''',
    'course_id = 6 AND modname = ''quiz'' AND contents IS NULL', 'modname = ''no such''']) c
UNION ALL SELECT 'group_members', c FROM unnest(ARRAY['group_id = (SELECT min(group_id) FROM groups)',
    'group_id IN (999999)', 'group_id = ANY (ARRAY(SELECT group_id FROM groups ORDER BY 1 LIMIT 7))']) c
UNION ALL SELECT 'cohorts', c FROM unnest(ARRAY['cohort_id = 2', 'cohort_id IN (1, 3, 77)']) c
UNION ALL SELECT 'cohort_members', c FROM unnest(ARRAY['cohort_id = 2', 'cohort_id IN (1, 3, 77)']) c
UNION ALL SELECT 'submissions', c FROM unnest(ARRAY['assignment_id = (SELECT min(assignment_id) FROM assignments)',
    'status = ''submitted''', 'status = ''nonsense''', 'timemodified >= ''infinity''', 'timemodified > ''-infinity''',
    'timemodified >= (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY timemodified) FROM submissions)',
    'timemodified > (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY timemodified) FROM submissions)',
    'timemodified <= (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY timemodified) FROM submissions)',
    'timemodified < (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY timemodified) FROM submissions) AND status = ''submitted''',
    'date ''2000-01-01'' < timemodified']) c
UNION ALL SELECT 'assignment_grades', c FROM unnest(ARRAY['assignment_id IN (SELECT assignment_id FROM assignments WHERE course_id = 6)',
    'timemodified >= (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY timemodified) FROM assignment_grades)',
    'timemodified = (SELECT max(timemodified) FROM assignment_grades)', 'timemodified < ''2001-01-01''']) c
UNION ALL SELECT 'quiz_attempts', c FROM unnest(ARRAY['quiz_id = (SELECT min(quiz_id) FROM quizzes)',
    'quiz_id = (SELECT max(quiz_id) FROM quizzes) AND user_id > 10', 'state = ''finished''']) c
UNION ALL SELECT 'discussions', c FROM unnest(ARRAY['forum_id = (SELECT min(forum_id) FROM discussions)',
    'forum_id IN (SELECT forum_id FROM forums WHERE course_id = 6)', 'pinned']) c
UNION ALL SELECT 'posts', c FROM unnest(ARRAY['discussion_id = (SELECT min(discussion_id) FROM posts)',
    'discussion_id IN (SELECT discussion_id FROM discussions ORDER BY 1 LIMIT 3)', 'parent_id IS NULL']) c
UNION ALL SELECT 'calendar_events', c FROM unnest(ARRAY['timestart >= (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY timestart) FROM calendar_events)',
    'course_id = 6 AND timestart < (SELECT max(timestart) FROM calendar_events)']) c;

CREATE FUNCTION same_rows(entity text, condition text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN results_eq(
        format('SELECT t::text FROM sim.%I t WHERE %s ORDER BY 1', entity, condition),
        format('SELECT t::text FROM %I t WHERE %s ORDER BY 1', entity, condition),
        entity || ': ' || left(condition, 80));
END $$;
CREATE FUNCTION rows_and_keys(entity text, key text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    rows bigint;
    keys bigint;
BEGIN
    EXECUTE format('SELECT count(*), count(DISTINCT (%s)) FROM %I', key, entity) INTO rows, keys;
    RETURN NEXT ok(rows > 0, entity || ' has rows');
    RETURN NEXT is(keys, rows, entity || ': its key is one');
END $$;

SELECT plan((SELECT count(*) FROM conditions)::int + 2 * (SELECT count(*) FROM further)::int + 56);
SELECT rows_and_keys(entity, key) FROM further;
SELECT same_rows(entity, condition) FROM conditions;

-- They agree with each other.
SELECT results_eq('SELECT DISTINCT group_id FROM group_members ORDER BY 1',
                  'SELECT group_id FROM groups WHERE group_id IN (SELECT group_id FROM group_members) ORDER BY 1', 'members are of listed groups');
SELECT results_eq('SELECT assignment_id, course_id, module_id FROM assignments ORDER BY 1',
                  'SELECT instance_id, course_id, module_id FROM modules WHERE modname = ''assign'' ORDER BY 1', 'assignments are modules');
SELECT results_eq('SELECT quiz_id, course_id, module_id FROM quizzes ORDER BY 1',
                  'SELECT instance_id, course_id, module_id FROM modules WHERE modname = ''quiz'' ORDER BY 1', 'quizzes are modules');
SELECT results_eq('SELECT forum_id, course_id, module_id FROM forums ORDER BY 1',
                  'SELECT instance_id, course_id, module_id FROM modules WHERE modname = ''forum'' ORDER BY 1', 'forums are modules');
SELECT is_empty('SELECT FROM submissions LEFT JOIN assignments USING (assignment_id) WHERE assignments.name IS NULL', 'submissions are of assignments');
SELECT is_empty('SELECT FROM assignment_grades LEFT JOIN submissions USING (assignment_id, user_id) WHERE submissions.status IS NULL', 'grades are of submissions');
SELECT is_empty('SELECT FROM quiz_attempts LEFT JOIN quizzes USING (quiz_id, course_id) WHERE quizzes.name IS NULL', 'attempts are at quizzes, of their course');
SELECT results_eq('SELECT forum_id, count(*) FROM discussions GROUP BY 1 ORDER BY 1',
                  'SELECT forum_id, numdiscussions FROM forums WHERE numdiscussions > 0 ORDER BY 1', 'as many discussions as a forum tells');
SELECT results_eq('SELECT discussion_id, count(*) - 1 FROM posts GROUP BY 1 ORDER BY 1',
                  'SELECT discussion_id, numreplies FROM discussions ORDER BY 1', 'as many posts as a discussion tells');
SELECT is_empty('SELECT FROM calendar_events WHERE course_id IS NULL', 'events are of courses');
-- Who has left or is suspended has no course of his own; the listing of a course has him.
SELECT is_empty('SELECT user_id, course_id FROM user_courses EXCEPT SELECT user_id, course_id FROM sim.participants', 'courses of people are those that list them');

-- Units, batches and requests by the site's own count.
SELECT is(requests_of('SELECT * FROM sim.modules WHERE course_id IN (5, 6)'), 2::bigint, 'modules: one call a course');
SELECT is(requests_of('SELECT * FROM sim.assignments'), 2::bigint, 'assignments: the courses, and one call for all of them');
SELECT is(calls_of('mod_assign_get_assignments'), 1::bigint, 'of which one asks for assignments');
SELECT is(requests_of('SELECT * FROM sim.assignments WHERE course_id IN (5, 6)'), 1::bigint, 'named courses: one call');
SELECT is(requests_of('SELECT * FROM sim.quizzes'), 2::bigint, 'quizzes: likewise');
SELECT is(requests_of('SELECT * FROM sim.forums'), 2::bigint, 'forums: likewise');
SELECT is(requests_of('SELECT * FROM sim.calendar_events'), 2::bigint, 'events: likewise');
SELECT is(requests_of('SELECT * FROM sim.cohort_members'), 2::bigint, 'members of all cohorts: two calls');
SELECT is(requests_of('SELECT * FROM sim.cohort_members WHERE cohort_id IN (1, 2)'), 1::bigint, 'of two: one');
SELECT is(requests_of('SELECT * FROM sim.group_members'),
          2 + (SELECT count(*) FROM sim.courses WHERE course_id > 1), 'group_members: one call for all groups, after one a course');
SELECT is(requests_of('SELECT * FROM sim.submissions'), 2 + (SELECT ceil(count(*) / 20.0)::bigint FROM assignments),
          'submissions: courses, assignments, and one call for twenty of these');
SELECT is(requests_of('SELECT * FROM sim.submissions WHERE assignment_id = ' || (SELECT min(assignment_id) FROM assignments)), 1::bigint, 'of one: one call');
SELECT is(requests_of('SELECT progress FROM sim.user_courses WHERE user_id IN (20, 21, 22)'), 3::bigint, 'user_courses: one call a person');
SELECT ok(sim_ask('/__sim/requests')::jsonb -> -1 -> 'arguments' @> '[["returnusercount", "0"]]', 'without counting participants');
SELECT requests_of('SELECT enrolledusercount FROM sim.user_courses WHERE user_id = 20') \gset ignored_
SELECT ok(NOT sim_ask('/__sim/requests')::jsonb -> -1 -> 'arguments' @> '[["returnusercount", "0"]]', 'unless that is read');
SELECT requests_of('SELECT name FROM sim.modules WHERE course_id = 6 AND modname = ''quiz''') \gset ignored_
SELECT ok(sim_ask('/__sim/requests')::jsonb -> -1 -> 'arguments' @>
          '[["options[0][value]", "quiz"], ["options[1][name]", "excludecontents"]]', 'modules: of one kind, without files');
SELECT is(requests_of('SELECT * FROM sim.quiz_attempts WHERE course_id = 6 AND user_id = '
                      || (SELECT min(user_id) FROM sim.participants WHERE course_id = 6)),
          1 + 2 * (SELECT count(*) FROM quizzes WHERE course_id = 6), 'attempts of one person in one course: its quizzes, participants, and one call a quiz');
SELECT is(requests_of('SELECT * FROM sim.posts WHERE discussion_id = ' || (SELECT min(discussion_id) FROM posts)), 1::bigint, 'posts of one discussion: one call');
SELECT is(requests_of('SELECT p.* FROM sim.forums f JOIN sim.discussions d USING (forum_id) JOIN sim.posts p USING (discussion_id) WHERE f.course_id = 6'),
          1 + (SELECT count(*) FROM forums WHERE course_id = 6)
            + (SELECT count(*) FROM discussions JOIN forums USING (forum_id) WHERE course_id = 6),
          'posts of a course by a join: its forums, their discussions, and no others');

-- A cursor: what is newer, and of Moodle no more than that.
SELECT max(timemodified) AS newest, extract(epoch FROM max(timemodified))::bigint AS since, min(assignment_id) AS assignment FROM assignment_grades \gset
SELECT requests_of(format('SELECT * FROM sim.assignment_grades WHERE timemodified >= %L', :'newest')) \gset ignored_
SELECT ok(sim_ask('/__sim/requests')::jsonb -> -1 -> 'arguments' @> jsonb_build_array(jsonb_build_array('since', :'since')), 'grades since the newest');
SELECT requests_of(format('SELECT * FROM sim.submissions WHERE timemodified BETWEEN %L AND %1$L AND status = ''submitted''', :'newest')) \gset ignored_
SELECT ok(sim_ask('/__sim/requests')::jsonb -> -1 -> 'arguments' @>
          jsonb_build_array(jsonb_build_array('since', :'since'), jsonb_build_array('before', :'since'), jsonb_build_array('status', 'submitted')),
          'submissions between, in one state');

-- An argument: shown as it was given.
SELECT results_eq('SELECT DISTINCT since FROM sim.course_updates WHERE course_id = 6 AND since = ''2001-02-03 04:05:06+00''',
                  'SELECT timestamptz ''2001-02-03 04:05:06+00''', 'since is what was given');
SELECT ok(sim_ask('/__sim/requests')::jsonb -> -1 -> 'arguments' @> '[["since", "981173106"]]', 'and asked for');
SELECT is((failure_of('SELECT FROM sim.course_updates WHERE since IN (''2001-02-03'', ''2001-02-04'')')).message ~ 'takes one value', true, 'one at a time');

-- What a condition must name.
SELECT is((failure_of('SELECT FROM sim.report_rows')).state, '22023', 'report_rows wants a report');
SELECT is((failure_of('SELECT FROM sim.tags')).state, '22023', 'tags wants ids');
SELECT isnt_empty('SELECT FROM sim.tags WHERE tag_id IN (1, 2, 3)', 'which are asked for together');
SELECT is(stat('requests') > 0, true, 'of the site');
SELECT results_eq('SELECT r.report_id, count(*) FROM sim.reports r JOIN sim.report_rows USING (report_id) WHERE r.report_id = 3 GROUP BY 1',
                  'SELECT 3::bigint, count(*) FROM sim.courses WHERE course_id > 1', 'rows of a report by a join: its courses');

-- Without a right: an error, or with on_unit_error a warning; never an empty answer.
SELECT moodle_fdw.add_instance('teacher', current_setting('test.sim_url'), 'simteacher') \gset ignored_
SELECT isnt((failure_of('SELECT FROM teacher.groups WHERE course_id = 7')).state, NULL, 'a course that is closed to the token is an error');
SELECT is((failure_of('SELECT FROM sim.groups')).state, NULL, 'and is none where it is not');
SELECT fault('{"kind": "moodle_error", "errorcode": "badgesdisabled", "message": "Badges are off", "function": "core_badges_get_user_badges", "times": -1}') \gset ignored_
SELECT is_empty('SELECT * FROM sim.badges WHERE user_id IN (20, 21)', 'where badges are off, there are none');
SELECT no_faults() \gset ignored_
SELECT fault('{"kind": "http_status", "status": 504, "function": "mod_assign_get_submissions", "times": 1}') \gset ignored_
SELECT is((SELECT count(*) FROM sim.submissions), (SELECT count(*) FROM submissions), 'a batch that was too much at once is asked for in halves');
SELECT no_faults() \gset ignored_

-- Users as a report lists them.
CREATE TEMP TABLE enrolled AS SELECT DISTINCT user_id FROM sim.participants;
CREATE TEMP TABLE people AS SELECT * FROM sim.users WHERE user_id > 1;
ALTER SERVER sim OPTIONS (ADD users_by 'report:4');
SELECT reset_stats() \gset ignored_
SELECT bag_eq('SELECT user_id, username, firstname, lastname, email, idnumber, department, city FROM sim.users',
              'SELECT user_id, username, firstname, lastname, email, idnumber, department, city FROM people', 'a report lists the same people');
SELECT is(calls_of('core_reportbuilder_retrieve_report'), 1::bigint, 'in one call');
SELECT is(calls_of('core_user_get_users'), 0::bigint, 'and no other');
SELECT is((SELECT count(*) FROM sim.users WHERE lastaccess IS NOT NULL OR suspended IS NOT NULL OR auth IS NOT NULL OR fullname IS NOT NULL),
          0::bigint, 'what it has not, or shows in words alone, is NULL');
-- What a refresh of the warehouse reads.
CREATE FOREIGN TABLE served_users (user_id bigint, hash bytea OPTIONS (path '', type 'md5'), served json OPTIONS (path ''))
    SERVER sim OPTIONS (entity 'users', cache_ttl '0');
SELECT bag_eq('SELECT user_id, served ->> ''username'' AS username, served ->> ''lastname'' AS lastname, served ->> ''email'' AS email FROM served_users',
              'SELECT user_id, username, lastname, email FROM people', 'its rows are served as records of users');
SELECT is((SELECT count(*) FROM served_users WHERE hash IS DISTINCT FROM decode(md5(served::text), 'hex')), 0::bigint, 'with digests of these');
SELECT is((SELECT count(DISTINCT user_id) FROM sim.user_courses), (SELECT count(DISTINCT user_id) FROM user_courses), 'tables of people are asked by it');
ALTER SERVER sim OPTIONS (SET users_by 'report:1');
SELECT ok((failure_of('SELECT username FROM sim.users')).message ~ 'unexpected shape', 'a report that does not tell whose rows they are is an error');
SELECT ok((failure_of('SELECT count(*) FROM sim.users')).message ~ 'unexpected shape', 'also where they are only counted');
ALTER SERVER sim OPTIONS (SET users_by 'report:2');
SELECT is((SELECT count(DISTINCT user_id) FROM sim.users JOIN enrolled USING (user_id)), (SELECT count(*) FROM sim.users), 'of a report that shows people once a course, each is there once');
SELECT cmp_ok((SELECT count(*) FROM sim.users), '<', (SELECT count(*) FROM sim.report_rows WHERE report_id = 2), 'of its more rows');
SELECT is((failure_of('ALTER SERVER sim OPTIONS (SET users_by ''report:x'')')).state, 'HV024', 'a report is named by a number');
SELECT finish();
