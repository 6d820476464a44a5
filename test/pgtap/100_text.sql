-- Names in many scripts, quotes, backslashes, tags, huge strings: what arrives is what was served,
-- in columns, in raw and in conditions.
\ir lib/setup.sql
SELECT plan(26);
CREATE TEMP TABLE people AS SELECT * FROM sim.users;
CREATE TEMP TABLE served AS
    SELECT u FROM jsonb_array_elements(moodle_fdw.call('sim', 'core_user_get_users',
        '{"criteria": [{"key": "fullname", "value": "x"}]}') -> 'users') u;
SELECT is((SELECT count(*) FROM people p FULL JOIN served ON p.raw = u WHERE p.raw IS NULL OR u IS NULL),
          0::bigint, 'every raw is one of the served records, and every record is there');
SELECT is((SELECT count(*) FROM people
           WHERE (firstname, lastname, city, description, fullname) IS DISTINCT FROM
                 (raw ->> 'firstname', raw ->> 'lastname', raw ->> 'city', raw ->> 'description', raw ->> 'fullname')),
          0::bigint, 'typed columns hold the text of raw');
-- The site's own spelling, byte by byte.
SELECT ok(EXISTS (SELECT FROM people WHERE lastname = wanted), 'a last name: ' || wanted)
FROM unnest(ARRAY['García Márquez', 'Кузнецов', '李', 'כהן', 'الهاشمي', 'Παπαδοπούλου', '田中', 'शर्मा', 'Ångström',
                  'd''Arcy "X"', 'Muster🧪', '100%', 'a_b']) wanted;
SELECT ok((SELECT count(*) FROM people WHERE firstname = 'Back\slash') > 0, 'a backslash is one backslash');
SELECT ok((SELECT bool_and(octet_length(firstname) = 10) FROM people WHERE firstname LIKE 'Back%'), 'of one byte');
-- Every name finds its people again, asked of the site.
CREATE FUNCTION found_again() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text;
    here bigint[];
    there bigint[];
    wrong text := '';
BEGIN
    FOR name IN SELECT DISTINCT lastname FROM people WHERE lastname IS NOT NULL ORDER BY 1 LOOP
        SELECT array_agg(user_id ORDER BY user_id) INTO here FROM people WHERE lastname = name;
        EXECUTE format('SELECT array_agg(user_id ORDER BY user_id) FROM sim.users WHERE lastname = %L', name) INTO there;
        IF here IS DISTINCT FROM there THEN
            wrong := wrong || ' ' || name;
        END IF;
    END LOOP;
    RETURN NEXT is(wrong, '', 'each last name finds its people');
END $$;
SELECT found_again();
-- Huge strings, and records with them among small ones.
SELECT is((SELECT octet_length(description) FROM sim.users WHERE user_id = 17), 100000, 'a text of 100,000 bytes');
SELECT is((SELECT md5(description) FROM sim.users WHERE user_id = 17), md5(repeat('x', 100000)), 'is whole');
-- Statements within data are data.
SELECT is((SELECT fullname FROM sim.courses WHERE course_id = 4), '"; drop table users; --', 'a course named as a statement');
SELECT is((SELECT count(*) FROM sim.courses WHERE fullname = '"; drop table users; --'), 1::bigint, 'is found by its name');
SELECT is((SELECT count(*) FROM sim.users WHERE lastname = '''; DROP SCHEMA sim CASCADE; --'), 0::bigint,
          'and a name as a statement is only looked for');
SELECT is((SELECT count(*) FROM sim.users WHERE username = 'x&wsfunction=core_user_delete_users&criteria[0][key]=id'),
          0::bigint, 'as are arguments within a value');
SELECT is((SELECT count(*) FROM jsonb_array_elements(sim_ask('/__sim/requests')::jsonb) r
           WHERE r ->> 'function' = 'core_user_delete_users'), 0::bigint, 'which stay within it');
SELECT is((SELECT fullname FROM sim.courses WHERE course_id = 5), 'R&amp;D 5', 'an entity of HTML stays as it was served');
SELECT finish();
