-- A database that is not UTF8: text is converted, jsonb sorts keys by the bytes it keeps.
\set home :DBNAME
CREATE DATABASE datum_check_latin1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
CREATE DATABASE datum_check_ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
\c datum_check_latin1
SET client_min_messages = warning;
\set ECHO none
\i sql/functions.sql
\set ECHO all
SET client_encoding = 'UTF8';
SELECT j FROM (VALUES ('{"é":1,"z":2,"ÿ":3,"aa":4,"\u00e8":5}'), ('["\u00e9t\u00e9","été","abc\n"]'), ('{"é":1,"\u00e9":2}')) s (j)
WHERE NOT datum_check.identical(j);
SELECT j, datum_check.make(j, 'text', 'text'), datum_check.make(j, 'jsonb', 'jsonb'), datum_check.make(j, 'text[]', 'text[]')
FROM (VALUES ('["été \u00e9"]'), ('"été \u00e9"'), ('"\u4e2d"'), ('{"\u4e2d":1}')) s (j);
SELECT datum_check.make('"é\u4e2d"', 'bigint', 'bigint');
\c datum_check_ascii
SET client_min_messages = warning;
\set ECHO none
\i sql/functions.sql
\set ECHO all
SELECT datum_check.make('"\u00e9"', 'text', 'text') = convert_from('\xc3a9', 'SQL_ASCII'),
       datum_check.make('{"\u00e9":"\u4e2d"}', 'jsonb', 'jsonb');
\c :home
DROP DATABASE datum_check_latin1;
DROP DATABASE datum_check_ascii;
