-- numeric_bytes against numeric_in, byte for byte.
SELECT n FROM generate_series(-20000, 20000) n WHERE NOT datum_check.numeric_identical(n::text);
SELECT n FROM generate_series(0, 40) e, LATERAL (VALUES ('1' || repeat('0', e)), ('-' || repeat('9', e + 1)),
    ('1e' || e), ('1e-' || e), ('123456.789e' || e), ('123456.789E-' || e), ('0.' || repeat('0', e) || '1'),
    ('0.' || repeat('0', e)), ('-0.' || repeat('0', e)), (repeat('1234', e) || '1.' || repeat('4321', e) || '00'),
    ('10000' || repeat('0', e) || '.0')) s (n)
WHERE NOT datum_check.numeric_identical(n);
-- Where the short form ends: 63 places, weight 63 and -64.
SELECT n FROM generate_series(245, 262) e, LATERAL (VALUES ('1e' || e), ('-7e' || e), ('1e-' || e), ('123e-' || e)) s (n)
WHERE NOT datum_check.numeric_identical(n);
SELECT n FROM generate_series(60, 67) e, LATERAL (VALUES ('1.' || repeat('1', e)), ('0.' || repeat('0', e)), ('1e-' || e)) s (n)
WHERE NOT datum_check.numeric_identical(n);
-- Where numeric ends.
SELECT n FROM (VALUES ('1e131071'), ('9e131071'), ('10e131071'), ('1e131072'), ('0.1e131072'), ('1e-16383'), ('1e-16384'),
    ('0e-16384'), ('0.00e-16381'), ('0.00e-16382'), ('0e131072'), ('0e1000000'), ('1e1073741822'), ('0e1073741823'),
    ('0e-1073741823'), ('0e-1073741822'), ('1e99999999999999999999')) s (n)
WHERE NOT datum_check.numeric_identical(n);
SELECT length(n) FROM (VALUES (repeat('9', 131072)), (repeat('9', 131073)), (repeat('0', 200000) || '1'),
    ('0.' || repeat('1', 16383)), ('0.' || repeat('1', 16384)), ('1.' || repeat('0', 16384))) s (n)
WHERE NOT datum_check.numeric_identical(n);
-- As numeric strings may be written.
SELECT n FROM (VALUES ('+1'), ('.5'), ('5.'), ('-.5e1'), ('007'), ('00.0070')) s (n) WHERE NOT datum_check.numeric_identical(n);
-- MD5 against PostgreSQL's.
SELECT n FROM generate_series(0, 400) n, repeat('Moodle ', 60) t
WHERE datum_check.md5(left(t, n)::bytea) <> decode(md5(left(t, n)), 'hex');
SELECT n FROM generate_series(1, 2000) n, datum_check.random(n) t
WHERE datum_check.md5(convert_to(t, 'UTF8')) <> decode(md5(convert_to(t, 'UTF8')), 'hex');
