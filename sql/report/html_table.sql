-- A row of `rows` is an array of texts that are HTML already.
CREATE FUNCTION @extschema@.html_table(heads text[], "rows" jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT '<div class="wide"><table><thead><tr>'
        || (SELECT string_agg('<th>' || head || '</th>', '' ORDER BY place)
            FROM unnest($1) WITH ORDINALITY one(head, place))
        || '</tr></thead><tbody>'
        || coalesce((SELECT string_agg('<tr>' || (
                        SELECT string_agg('<td>' || coalesce(cell, '–') || '</td>', '' ORDER BY place)
                        FROM jsonb_array_elements_text(line) WITH ORDINALITY one(cell, place)) || '</tr>',
                        '' ORDER BY number)
                     FROM jsonb_array_elements($2) WITH ORDINALITY one(line, number)), '')
        || '</tbody></table></div>'
    $$;

COMMENT ON FUNCTION @extschema@.html_table(text[], jsonb) IS 'part of report(): a table';
