-- Rows of others that name the person: in a column, and with it what the row tells besides; or there
-- alone. $1 = the instance, $2 = the person, $3 = the person's names.
CREATE FUNCTION @extschema@.forget_beside(of_relation regclass, names_him text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format('UPDATE %s SET %s WHERE instance = $1 AND (%s)', of_relation,
        string_agg(CASE WHEN attname = 'other' THEN 'other = NULL'
                        ELSE format('%1$I = CASE %1$I WHEN $2 THEN %2$L ELSE %1$I END', attname, nobody) END, ', '),
        names_him || CASE WHEN bool_or(attname = 'other') THEN
            ' OR EXISTS (SELECT FROM unnest($3) name WHERE position(to_jsonb(name)::text IN other::text) > 0)
              OR CASE WHEN jsonb_typeof(other) = ''object''
                 THEN EXISTS (SELECT FROM jsonb_each_text(other) told WHERE told.key ~ ''user_?id$'' AND told.value = $2::text) END'
            ELSE ' AND $3 IS NOT NULL' END)
    FROM pg_attribute
    LEFT JOIN @extschema@.person_columns(of_relation) beside ON beside.name = attname AND NOT beside.is_own
    WHERE attrelid = of_relation AND attnum > 0 AND NOT attisdropped
      AND (attname = 'other' AND atttypid = 'jsonb'::regtype
           OR beside.name IS NOT NULL)
    $$;

COMMENT ON FUNCTION @extschema@.forget_beside(regclass, text) IS
    'part of forget_user(): the statement that takes a person out of the rows of others';
