-- Bars from left to right, each with its label and value; `labels` are escaped here.
CREATE FUNCTION @extschema@.svg_bars(title text, labels text[], "values" numeric[], unit text DEFAULT '')
    RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format('<svg viewBox="0 0 640 %s" role="img" aria-label="%s">', 28 * count(*) + 4,
                  @extschema@.escape_html(title))
        || string_agg(format(
               '<text x="150" y="%s" text-anchor="end">%s</text><rect x="160" y="%s" width="%s" height="18" rx="3"/>'
               '<text x="%s" y="%s" class="value">%s%s</text>',
               28 * place - 9, @extschema@.escape_html(left(coalesce(label, '–'), 24)), 28 * place - 23,
               width, 168 + width, 28 * place - 9, coalesce(value::text, '–'),
               CASE WHEN value IS NOT NULL THEN @extschema@.escape_html(unit) END), '' ORDER BY place)
        || '</svg>'
    FROM (SELECT place, label, value,
                 round(coalesce(380 * greatest(value, 0) / nullif(max(value) OVER (), 0), 0), 1) AS width
          FROM unnest($2, $3) WITH ORDINALITY one(label, value, place)) bar
    $$;

COMMENT ON FUNCTION @extschema@.svg_bars(text, text[], numeric[], text) IS 'part of report(): a chart of bars';
