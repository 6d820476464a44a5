-- What makes an INSERT into a staging table an update of the rows that differ, and of no others.
CREATE FUNCTION @extschema@.update_clause(target text, key text[]) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format(' ON CONFLICT (instance, %s) DO UPDATE SET %s WHERE (%s) IS DISTINCT FROM (%s)',
                  (SELECT string_agg(quote_ident(part), ', ') FROM unnest(key) part),
                  string_agg(format('%I = excluded.%I', name, name), ', ' ORDER BY ordinality),
                  string_agg(format('%I.%I', target, name), ', ' ORDER BY ordinality),
                  string_agg(format('excluded.%I', name), ', ' ORDER BY ordinality))
    FROM @extschema@.landed_columns(target)
    WHERE name <> ALL (key)
    $$;

COMMENT ON FUNCTION @extschema@.update_clause(text, text[]) IS 'part of the staging loaders';
