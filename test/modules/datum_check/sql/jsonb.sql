-- Our jsonb against jsonb_in, byte for byte. Lists only what differs.
\getenv seeds DATUM_CHECK_SEEDS
SELECT count(*) FROM generate_series(1, 20) AS seed WHERE datum_check.random(seed) IS NULL;

-- By hand: edges of the format.
CREATE TEMP TABLE texts (name text, json text);
INSERT INTO texts VALUES
    ('scalar null', 'null'), ('scalar true', 'true'), ('scalar false', ' false '),
    ('scalar string', '"x"'), ('empty string', '""'), ('scalar number', '42'),
    ('empty object', '{}'), ('empty array', '[]'),
    ('nested empty', '{"a":{},"b":[],"c":[{}],"d":[[]]}'),
    ('padding', '["a",1,"ab",{},"abc",[],"abcd",[1],"abcde",{"a":1}]'),
    ('numbers', '[0,-0,0.0,-0.00,0.10,1E-7,1e7,1.50e1,1e400,-1e-400,12345678901234567890.0001]'),
    ('groups', '[1,10,9999,10000,10001,99999999,100000000,1000000000000000,9999999999999999]'),
    ('bigints', '[9223372036854775807,-9223372036854775808,18446744073709551616]'),
    ('escapes', '"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00"'),
    ('escape at 15..18', '["aaaaaaaaaaaaaaa\n","aaaaaaaaaaaaaaaa\n","aaaaaaaaaaaaaaaaa\n","\\\\\\\\\\\\\\\\\\\\"]'),
    ('equal keys', '{"a":1,"b":2,"a":3}'), ('equal keys thrice', '{"b":0,"a":1,"a":2,"a":{"x":1}}'),
    ('equal by escape', '{"a":1,"\u0061":2,"b":3}'),
    ('equal, last null', '{"a":1,"a":null}'),
    ('one key', '{"a":1}'), ('empty key', '{"":1,"a":2,"":3}'),
    ('same first seven', '{"abcdefgz":1,"abcdefga":2,"abcdefg":3,"abcdefgaa":4}'),
    ('high bytes', '{"é":1,"z":2,"ÿ":3,"a":4,"中":5,"ab":6}'),
    ('NUL', '"a\u0000b"'), ('NUL key', '{"a\u0000":1}'),
    ('too large a number', '[1e200000]'), ('too small a number', '[1e-20000]'),
    ('largest exponents', '[1e131071,1e-16383,0e2000000]'),
    ('exponent past integer', '[0e99999999999]'),
    ('not JSON', '{"a":}'), ('nothing', '');
INSERT INTO texts SELECT 'strings of ' || n, to_json(repeat('x', n))::text FROM generate_series(0, 70) n;
INSERT INTO texts SELECT 'array of ' || n, json_agg(i)::text FROM (VALUES (31), (32), (33), (64), (65), (1000)) s (n), generate_series(1, n) i GROUP BY n;
INSERT INTO texts SELECT 'object of ' || n, json_object_agg('key' || (i * 7919 % n), i)::text FROM (VALUES (31), (32), (33), (56), (57), (64), (65), (255), (256), (1000)) s (n), generate_series(1, n) i GROUP BY n;
INSERT INTO texts SELECT 'keys of ' || n, json_build_object(repeat('k', n), 1, repeat('k', n - 1) || 'j', 2, repeat('a', n + 1), 3)::text FROM (VALUES (6), (7), (8), (9), (16), (17), (253), (254), (255), (256), (300)) s (n);
INSERT INTO texts SELECT 'depth ' || n, repeat('[{"a":', n / 2) || '1' || repeat('}]', n / 2) FROM (VALUES (2), (20), (64)) s (n);
SELECT count(*) > 130 AS enough FROM texts;
SELECT name, left(json, 60) FROM texts WHERE NOT datum_check.identical(json);
-- The order of keys is remembered: the same ones again, shuffled, with one more, with one twice.
SELECT name, left(json, 60) FROM texts WHERE NOT datum_check.identical(json);
SELECT order_of, json FROM (VALUES
    (1, '{"b":1,"a":2,"ccc":3}'), (2, '{"a":1,"b":2,"ccc":3}'), (3, '{"b":1,"a":2,"ccc":3}'),
    (4, '{"ccc":1,"b":2,"a":3}'), (5, '{"b":1,"a":2,"b":3}'), (6, '{"b":1,"a":2,"b":3}'),
    (7, '{"b":1,"a":2}')) s (order_of, json)
WHERE NOT datum_check.identical(json);

-- A larger one than what is kept between calls, and one with long strings.
SELECT datum_check.identical('[' || string_agg(datum_check.random(i), ',') || ']')
FROM generate_series(1, 4000) i;
SELECT datum_check.identical(to_json(array[repeat('ab\c/é', 1000000), repeat('x', 3000000)])::text);

-- Random.
SELECT seed, left(datum_check.random(seed), 100) FROM generate_series(1, :seeds) seed
WHERE NOT datum_check.identical(datum_check.random(seed)) LIMIT 5;

-- What a real Moodle said.
CREATE TEMP TABLE recordings (name text, hex text);
\copy recordings FROM PROGRAM 'cd "$MOODLE_RECORDINGS" && for f in *.json; do printf "%s\t" "$f"; od -An -v -tx1 "$f" | tr -d " \n"; echo; done'
SELECT count(*) > 300 AS enough FROM recordings;
SELECT name FROM recordings WHERE NOT datum_check.identical(convert_from(decode(hex, 'hex'), 'UTF8'));
-- Each of their records by itself, as `raw` has it.
SELECT count(*) > 5000 AS enough,
       count(*) FILTER (WHERE NOT datum_check.identical(record)) AS differ
FROM recordings, convert_from(decode(hex, 'hex'), 'UTF8') body,
     LATERAL (SELECT value::text AS record FROM json_each(CASE WHEN body ~ '^\s*\{' THEN body::json ELSE '{}' END)
              UNION ALL
              SELECT value::text FROM json_array_elements(CASE WHEN body ~ '^\s*\[' THEN body::json ELSE '[]' END)
              UNION ALL
              SELECT e.value::text
              FROM json_each(CASE WHEN body ~ '^\s*\{' THEN body::json ELSE '{}' END) v,
                   json_array_elements(CASE WHEN json_typeof(v.value) = 'array' THEN v.value ELSE '[]' END) e) r
WHERE body ~ '^\s*[\[{]' AND name NOT LIKE '%truncated%';
