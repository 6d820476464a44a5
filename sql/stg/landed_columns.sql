-- The columns of a staging table that its extraction gives, in order.
CREATE FUNCTION @extschema@.landed_columns(target text)
    RETURNS TABLE (name text, ordinality bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT argument.name, argument.ordinality
    FROM pg_proc procedure,
         unnest(procedure.proargnames, procedure.proargmodes::text[])
             WITH ORDINALITY AS argument (name, mode, ordinality)
    WHERE procedure.oid = format('@extschema@.landed_%s(text, bigint, bigint)', target)::regprocedure
      AND argument.mode = 't' AND argument.name <> 'is_deleted'
    $$;

COMMENT ON FUNCTION @extschema@.landed_columns(text) IS 'part of the staging loaders';
