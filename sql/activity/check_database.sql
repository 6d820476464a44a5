-- One row for each table that is used: whether it is there, may be read, and has the columns. Reading
-- one row of each is what tells that the site's database lets us.
CREATE FUNCTION @extschema@.check_database(of_instance text)
    RETURNS TABLE (table_name text, needed boolean, used_for text, problem text, remedy text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    one record;
    stands text;
    lacking text;
BEGIN
    IF NOT EXISTS (SELECT FROM @extschema@.databases WHERE instance = of_instance) THEN
        RAISE EXCEPTION 'no database of "%" is attached', of_instance
            USING ERRCODE = 'undefined_object', HINT = 'SELECT * FROM moodle_fdw.databases lists them.';
    END IF;
    FOR one IN SELECT * FROM @extschema@.site_tables() LOOP
        stands := @extschema@.site_table(of_instance, one.name);
        table_name := one.name;
        needed := one.needed;
        used_for := one.used_for;
        problem := NULL;
        remedy := NULL;
        IF to_regclass(stands) IS NULL THEN
            problem := 'there is no table ' || stands;
            remedy := 'grant SELECT on it to the account in the site''s database, then detach and attach; a plugin''s table may be missing by right';
        ELSE
            SELECT string_agg(name, ', ') INTO lacking
            FROM unnest(one.columns) name
            WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(stands)
                              AND attname = name AND NOT attisdropped);
            IF lacking IS NOT NULL THEN
                problem := 'it has no column ' || lacking;
                remedy := 'another Moodle than 4.1 to 5.x, or the account may not see the column';
            ELSE
                BEGIN
                    EXECUTE format('SELECT 1 FROM (SELECT %s FROM %s LIMIT 1) probe',
                                   (SELECT string_agg(quote_ident(name), ', ') FROM unnest(one.columns) name), stands);
                EXCEPTION WHEN query_canceled THEN RAISE;
                WHEN OTHERS THEN
                    problem := SQLERRM;
                    remedy := 'grant SELECT on it to the account in the site''s database';
                END;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@.check_database(text) IS
    'what of an instance''s attached database can be read: a row for each table that is used; problem is NULL where all is well';
