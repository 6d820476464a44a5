-- The functions that the other files use.
CREATE SCHEMA datum_check;
CREATE FUNCTION datum_check.identical(text) RETURNS bool
    AS 'datum_check', 'datum_check_identical' LANGUAGE C STRICT;
CREATE FUNCTION datum_check.make_raw(text, text, oid, int) RETURNS text
    AS 'datum_check', 'datum_check_make' LANGUAGE C;
CREATE FUNCTION datum_check.supports_raw(text, oid) RETURNS bool
    AS 'datum_check', 'datum_check_supports' LANGUAGE C STRICT;
CREATE FUNCTION datum_check.numeric_identical(text) RETURNS bool
    AS 'datum_check', 'datum_check_numeric_identical' LANGUAGE C STRICT;
CREATE FUNCTION datum_check.md5(bytea) RETURNS bytea
    AS 'datum_check', 'datum_check_md5' LANGUAGE C STRICT;
CREATE FUNCTION datum_check.random(bigint) RETURNS text
    AS 'datum_check', 'datum_check_random' LANGUAGE C STRICT;
CREATE FUNCTION datum_check.speed(text[], int, text) RETURNS float8
    AS 'datum_check', 'datum_check_speed' LANGUAGE C STRICT;
CREATE FUNCTION datum_check.supports(column_type text, sql_type regtype) RETURNS bool
    LANGUAGE sql AS 'SELECT datum_check.supports_raw($1, $2::oid)';
-- What stands for the datum in the answers: its text, NULL, or the error.
CREATE FUNCTION datum_check.make(json text, column_type text, sql_type regtype,
                                 typmod int DEFAULT -1) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce(datum_check.make_raw(json, column_type, sql_type::oid, typmod), 'NULL');
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
