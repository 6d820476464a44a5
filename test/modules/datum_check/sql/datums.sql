-- What becomes of each kind of value in each kind of column.
SET timezone = 'America/Sao_Paulo';
SET datestyle = 'ISO, DMY';
\pset format unaligned
\pset tuples_only on

\echo # bigint
SELECT j, datum_check.make(j, 'bigint', 'bigint') FROM (VALUES
    (NULL), ('null'), ('1'), ('-7'), ('0'), ('-0'), ('"114"'), ('"-5"'), ('"007"'), ('""'), ('114.0'), ('1.14e2'), ('114.7'),
    ('9223372036854775807'), ('-9223372036854775808'), ('9223372036854775808'), ('"9223372036854775808"'),
    ('1e400'), ('1e-400'), ('0e400'), ('12345678901234567890123456789e-20'), ('100000000000000000000e-20'),
    ('"00000000000000000000000000012"'), ('"12x"'), ('"114,115"'), ('"1e2"'), ('"114.0"'), ('" 1"'), ('"-"'), ('"+"'),
    ('true'), ('{"a":1}'), ('[1]'), ('"a long sentence with \"quotes\" and ünïcödé in it, which is then cut somewhere after this"')) s (j);
SELECT j, t, datum_check.make(j, 'bigint', t::regtype) FROM (VALUES ('7'), ('32768'), ('2147483648'), ('"12"'), ('1.5')) s (j),
    (VALUES ('int2'), ('int4'), ('numeric'), ('float8'), ('text'), ('varchar')) u (t);
SELECT datum_check.make('123456', 'bigint', 'varchar', 4 + 4), datum_check.make('123456', 'bigint', 'bpchar', 4 + 8);

\echo # numeric
SELECT j, datum_check.make(j, 'numeric', 'numeric') FROM (VALUES
    ('null'), ('1'), ('0.10'), ('1E-7'), ('1e3'), ('-0'), ('87.50000'), ('"87.50000"'), ('""'), ('"-"'), ('"NaN"'), ('"12,5"'), ('"1 "'),
    ('1e200000'), ('false'), ('[]')) s (j);
SELECT datum_check.make('87.456', 'numeric', 'numeric', ((5 << 16) | 2) + 4), datum_check.make('8765.4', 'numeric', 'numeric', ((5 << 16) | 2) + 4),
    datum_check.make('"87.5"', 'numeric', 'float8'), datum_check.make('1e400', 'numeric', 'float8'), datum_check.make('0.1', 'numeric', 'float4'),
    datum_check.make('3', 'numeric', 'int4'), datum_check.make('3.5', 'numeric', 'int4'), datum_check.make('1E-7', 'numeric', 'text');

\echo # text
SELECT j, datum_check.make(j, 'text', 'text') FROM (VALUES
    ('null'), ('"x"'), ('""'), ('"a\"b\\c\/d\n\u00e9\ud83d\ude00"'), ('12'), ('1.50'), ('true'), ('false'), ('{"a": [1, "x\u0000"]}'), ('[]'), ('"a\u0000"')) s (j);
SELECT datum_check.make('"abcdef"', 'text', 'varchar', 4 + 3), datum_check.make('"abc   "', 'text', 'varchar', 4 + 3), datum_check.make('"abcdef"', 'text', 'varchar'),
    datum_check.make('"6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b"', 'text', 'uuid'), datum_check.make('"x"', 'text', 'uuid'), datum_check.make('""', 'text', 'uuid'),
    datum_check.make('"2026-11-21"', 'text', 'date'), datum_check.make('"12"', 'text', 'int4'), datum_check.make('""', 'text', 'int4'), datum_check.make('""', 'text', 'varchar'),
    datum_check.make('{"a": 1}', 'text', 'jsonb'), datum_check.make('"127.0.0.1"', 'text', 'inet');
CREATE DOMAIN datum_check.short AS text CHECK (length(VALUE) < 4);
CREATE DOMAIN datum_check.positive AS bigint CHECK (VALUE > 0);
SELECT datum_check.make('"abc"', 'text', 'datum_check.short'), datum_check.make('"abcd"', 'text', 'datum_check.short'), datum_check.make('""', 'text', 'datum_check.short'),
    datum_check.make('5', 'bigint', 'datum_check.positive'), datum_check.make('-5', 'bigint', 'datum_check.positive');

\echo # boolean
SELECT j, datum_check.make(j, 'boolean', 'bool'), datum_check.make(j, 'boolean', 'text') FROM (VALUES
    ('null'), ('true'), ('false'), ('0'), ('1'), ('"0"'), ('"1"'), ('""'), ('2'), ('1.0'), ('"true"'), ('"Enrolment is disabled or inactive"'), ('[]')) s (j);

\echo # timestamptz
SELECT j, datum_check.make(j, 'timestamptz', 'timestamptz') FROM (VALUES
    ('null'), ('0'), ('"0"'), ('0.0'), ('-0'), ('""'), ('1795187906'), ('"1795187906"'), ('1795187906.123456'), ('1795187906.1234565'), ('-1'), ('-86400.5'), ('1e9'), ('0.0000001'),
    ('253402300799'), ('9224318015999'), ('9224318016000'), ('-210866803200'), ('-210866803201'), ('9223372036854775807'), ('1e30'), ('"2026-11-21"'), ('true'), ('{}')) s (j);
SELECT t, datum_check.make('1795187906.789', 'timestamptz', t::regtype, m) FROM (VALUES ('timestamptz', 0), ('timestamptz', 1), ('timestamp', -1), ('timestamp', 0), ('date', -1), ('text', -1), ('varchar', 4 + 10)) s (t, m);

\echo # jsonb
SELECT j, datum_check.make(j, 'jsonb', 'jsonb'), datum_check.make(j, 'jsonb', 'json'), datum_check.make(j, 'jsonb', 'text') FROM (VALUES
    ('null'), ('""'), ('"a\u00e9"'), ('1.50'), ('{"b": 1, "a": [true,null], "b": 2}'), ('"\u0000"'), ('[1e200000]')) s (j);

\echo # arrays
SELECT j, datum_check.make(j, 'text[]', 'text[]'), datum_check.make(j, 'bigint[]', 'bigint[]'), datum_check.make(j, 'bigint[]', 'int4[]') FROM (VALUES
    ('null'), ('[]'), ('[1,null,"2"]'), ('["a","b \"c\"",{"d":1}]'), ('{"a":1}'), ('"a"'), ('[99999999999]'), ('[""]')) s (j);

\echo # md5
SELECT datum_check.make('{"a": 1}', 'md5', 'bytea') = '\x' || md5('{"a": 1}'), datum_check.make('{"a": 1}', 'md5', 'text') = md5('{"a": 1}'),
    datum_check.make('{"a": 1}', 'md5', 'uuid')::uuid = md5('{"a": 1}')::uuid, datum_check.make('null', 'md5', 'bytea');

\echo # what a column may be declared as
SELECT c, string_agg(t, ' ' ORDER BY t) FROM unnest(array['bigint', 'numeric', 'text', 'boolean', 'timestamptz', 'jsonb', 'text[]', 'bigint[]', 'md5']) c,
    unnest(array['int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'text', 'varchar', 'bpchar', 'bool', 'timestamptz', 'timestamp', 'date', 'time', 'jsonb', 'json', 'uuid', 'bytea',
        'text[]', 'varchar[]', 'int8[]', 'int4[]', 'bool[]', 'anyelement', 'record', 'point', 'datum_check.positive']) t
WHERE datum_check.supports(c, t::regtype) GROUP BY c ORDER BY c;
