-- What is still to be made private of a row; NULL = of this table, nothing ever. So the guard is called
-- for rows that need it only.
CREATE FUNCTION @extschema@.private_condition(of_relation regclass, prefix text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT string_agg(CASE
        WHEN treatment = 'pseudonym'
        THEN format('(%1$s%2$I <> '''' AND %1$s%2$I !~ ''^~[0-9a-f]{20}$'')', prefix, name)
        WHEN treatment = 'details'
        THEN format('(%1$s%2$I ?| %3$L::text[] AND @extschema@.private_details(%1$sinstance, %1$s%2$I) IS DISTINCT FROM %1$s%2$I)',
                    prefix, name, (SELECT array_agg(known.name) FROM @extschema@.personal_fields() known))
        WHEN name = 'feedback' THEN format('%s%I <> ''''', prefix, name)
        ELSE format('%s%I IS NOT NULL', prefix, name) END, ' OR ')
    FROM @extschema@.private_columns(of_relation)
    $$;

COMMENT ON FUNCTION @extschema@.private_condition(regclass, text) IS
    'part of pseudonymise(): whether a row holds anything that is to be changed';
