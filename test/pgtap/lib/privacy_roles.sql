-- Who reads the site and who looks after it, with what these files need of the test's own functions.
SELECT moodle_fdw.setup_roles() \gset ignored_
CREATE ROLE tap_alice LOGIN IN ROLE moodle_admin;
CREATE ROLE tap_bot LOGIN IN ROLE moodle_etl;
CREATE USER MAPPING FOR tap_bot SERVER sim OPTIONS (token 'simadmin');
GRANT ALL ON SCHEMA public TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;
