-- Both words are taken: that of the live table (users) and that of the landing (user).
CREATE FUNCTION @extschema@.chosen_entities(wanted text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    chosen text[];
    unknown text;
BEGIN
    SELECT string_agg(asked.name, ', ') INTO unknown
    FROM unnest(wanted) asked(name)
    WHERE NOT EXISTS (SELECT FROM @extschema@.raw_entities known
                      WHERE asked.name IN (known.entity, known.live_entity)
                         OR asked.name = 'enrolments');
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'the warehouse has no entity "%"', unknown
            USING ERRCODE = 'undefined_object',
                  HINT = format('It has: %s.', (SELECT string_agg(entity, ', ' ORDER BY ordinal)
                                                FROM @extschema@.raw_entities));
    END IF;
    SELECT array_agg(entity ORDER BY ordinal) INTO chosen
    FROM @extschema@.raw_entities known
    WHERE enabled
      AND (wanted IS NULL OR entity = ANY (wanted) OR live_entity = ANY (wanted)
           OR entity = 'enrolment' AND 'enrolments' = ANY (wanted)
           -- What is derived needs what it is derived from.
           OR EXISTS (SELECT FROM @extschema@.raw_entities child
                      WHERE child.derived_from = known.entity
                        AND (child.entity = ANY (wanted) OR child.live_entity = ANY (wanted))));
    RETURN coalesce(chosen, '{}');
END
$$;

COMMENT ON FUNCTION @extschema@.chosen_entities(text[]) IS
    'part of refresh(): the entities of the landing that are meant';
