-- Each way of listing users gives everyone but those whom docs/tables.md says it cannot see.
\ir lib/setup.sql
SELECT plan(27);
CREATE TEMP TABLE everyone AS SELECT * FROM sim.users;
CREATE TEMP TABLE participants AS SELECT DISTINCT user_id FROM sim.enrolments;

CREATE FUNCTION list_by(way text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER SERVER sim OPTIONS (%s users_by %L)',
                   CASE WHEN (SELECT options ? 'users_by' FROM moodle_fdw.instances WHERE name = 'sim')
                        THEN 'SET' ELSE 'ADD' END, way);
END $$;
CREATE FUNCTION sees(way text, whom text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM list_by(way);
    RETURN NEXT bag_eq('SELECT * FROM sim.users', 'SELECT * FROM everyone WHERE ' || whom, way || ': ' || whom);
    RETURN NEXT bag_eq('SELECT user_id FROM sim.users WHERE user_id % 7 = 0',
                       'SELECT user_id FROM everyone WHERE user_id % 7 = 0 AND ' || whom, way || ': with a local condition');
    -- A condition that Moodle serves does not go through the listing, so it finds those as well.
    RETURN NEXT bag_eq('SELECT * FROM sim.users WHERE user_id IN (13, 7, 110)',
                       'SELECT * FROM everyone WHERE user_id IN (13, 7, 110)', way || ': an id is found whatever the listing');
END $$;
SELECT ok((SELECT count(*) FROM everyone WHERE email = '') > 0
          AND (SELECT count(*) FROM everyone WHERE lastname = '') > 0
          AND (SELECT count(*) FROM everyone WHERE user_id NOT IN (SELECT user_id FROM participants)) > 0,
          'there is someone to lose for each');
SELECT sees('everyone', 'true');
SELECT sees('email', 'email <> ''''');
SELECT sees('lastname', 'lastname <> ''''');
SELECT sees('firstname', 'firstname <> ''''');
SELECT list_by('participants') \gset ignored_
SELECT set_eq('SELECT user_id, username, email, firstname, lastname, idnumber FROM sim.users',
              'SELECT user_id, username, email, firstname, lastname, idnumber FROM everyone
               WHERE user_id IN (SELECT user_id FROM participants)', 'participants: everyone in a course');
SELECT is((SELECT count(*) FROM sim.users), (SELECT count(*) FROM participants), 'participants: each person once');
SELECT reset_stats() \gset ignored_
SELECT count(*) FROM sim.users \gset ignored_
SELECT is(calls_of('core_user_get_users'), 0::bigint, 'participants: nobody is searched for');
SELECT is((SELECT count(*) FROM sim.users WHERE auth IS NOT NULL OR suspended IS NOT NULL), 0::bigint,
          'participants: what courses do not serve is NULL');
SELECT is((SELECT count(*) FROM jsonb_array_elements(sim_ask('/__sim/requests')::jsonb) r
           WHERE r::text LIKE '%enrolledcourses%'), 0::bigint, 'participants: enrolledcourses is never asked for');

-- The table's option goes before the server's.
CREATE FOREIGN TABLE by_email (user_id bigint, email text) SERVER sim OPTIONS (entity 'users', users_by 'email');
CREATE FOREIGN TABLE by_everyone (user_id bigint, email text) SERVER sim OPTIONS (entity 'users', users_by 'everyone');
SELECT is((SELECT count(*) FROM by_email), (SELECT count(*) FROM everyone WHERE email <> ''), 'a table of its own way');
SELECT is((SELECT count(*) FROM by_everyone), 198::bigint, 'and another beside it');
ALTER FOREIGN TABLE by_email OPTIONS (SET users_by 'lastname');
SELECT is((SELECT count(*) FROM by_email), (SELECT count(*) FROM everyone WHERE lastname <> ''), 'changed at once');
ALTER FOREIGN TABLE by_email OPTIONS (DROP users_by);
SELECT is((SELECT count(*) FROM by_email), (SELECT count(*) FROM participants), 'without one the server''s counts');

-- A token that sees no identity: the listing is whole, the columns are empty.
SELECT list_by('everyone') \gset ignored_
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simnoident');
SELECT is((SELECT count(*) FROM sim.users), 198::bigint, 'without the right to see emails nobody is lost');
SELECT is((SELECT count(*) FROM sim.users WHERE email IS NOT NULL OR username IS NOT NULL), 0::bigint, 'but their emails are');
SELECT list_by('email') \gset ignored_
SELECT is((SELECT count(*) FROM sim.users), 0::bigint, 'by email such a token sees nobody, as is documented');

-- Were the key one that Moodle knows, the listing would be a search; that is found out.
SELECT list_by('everyone') \gset ignored_
ALTER USER MAPPING FOR CURRENT_USER SERVER sim OPTIONS (SET token 'simadmin');
ALTER SERVER sim OPTIONS (ADD retries '0');
SELECT fault('{"kind": "http_status", "status": 200, "body": "{\"users\":[{\"id\":3,\"username\":\"x\"}],\"warnings\":[]}"}') \gset ignored_
SELECT isnt((failure_of('SELECT count(*) FROM sim.users')).state, NULL, 'an answer without the warning is an error');
SELECT is((SELECT count(*) FROM sim.users), 198::bigint, 'with it, it is whole again');
SELECT finish();
