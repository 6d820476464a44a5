-- Moodle is read: whatever writes, locks or samples is told so, before anything is asked.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS moodle_fdw;
RESET client_min_messages;
CREATE SERVER m FOREIGN DATA WRAPPER moodle_fdw OPTIONS (url 'http://127.0.0.1:9', retries '0');
CREATE USER MAPPING FOR CURRENT_USER SERVER m OPTIONS (token 'none');
CREATE SCHEMA m;
IMPORT FOREIGN SCHEMA moodle LIMIT TO (users) FROM SERVER m INTO m;
CREATE TABLE local (user_id bigint);
INSERT INTO local VALUES (1);
INSERT INTO m.users (user_id) VALUES (1);
INSERT INTO m.users DEFAULT VALUES;
INSERT INTO m.users (user_id) SELECT user_id FROM local;
INSERT INTO m.users (user_id) VALUES (1) ON CONFLICT DO NOTHING;
INSERT INTO m.users (user_id) VALUES (1) RETURNING *;
UPDATE m.users SET lastname = 'x';
UPDATE m.users SET lastname = 'x' FROM local WHERE local.user_id = users.user_id;
DELETE FROM m.users;
DELETE FROM m.users USING local WHERE local.user_id = users.user_id;
TRUNCATE m.users;
COPY m.users (user_id) FROM stdin;
1
\.
MERGE INTO m.users USING local ON local.user_id = users.user_id WHEN MATCHED THEN DELETE;
SELECT user_id FROM m.users FOR UPDATE;
SELECT user_id FROM m.users FOR KEY SHARE;
SELECT user_id FROM m.users FOR UPDATE NOWAIT;
SELECT user_id FROM m.users JOIN local USING (user_id) FOR SHARE;
SELECT user_id FROM m.users TABLESAMPLE system (10);
CREATE INDEX ON m.users (user_id);
CREATE RULE r AS ON INSERT TO m.users DO INSTEAD NOTHING;
DROP RULE r ON m.users;
-- The union tables too.
CREATE TABLE u (LIKE m.users) PARTITION BY LIST (instance);
ALTER TABLE u ATTACH PARTITION m.users FOR VALUES IN ('m');
INSERT INTO u (instance, user_id) VALUES ('m', 1);
UPDATE u SET lastname = 'x';
DELETE FROM u;
SELECT user_id FROM u FOR UPDATE;
ALTER TABLE u DETACH PARTITION m.users;
-- A local table beside it may be locked, and may be changed by what is read.
EXPLAIN (COSTS OFF) SELECT * FROM local LEFT JOIN m.users USING (user_id) FOR UPDATE OF local;
EXPLAIN (COSTS OFF) UPDATE local SET user_id = 2 FROM m.users WHERE users.user_id = local.user_id;
SELECT count(*) AS still_there FROM local;
DROP TABLE u, local;
SET client_min_messages = warning;
DROP SCHEMA m CASCADE;
DROP SERVER m CASCADE;
