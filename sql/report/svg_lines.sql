-- One line over weeks. A gap in the values is a gap in the line.
CREATE FUNCTION @extschema@.svg_lines(title text, labels text[], "values" numeric[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT format('<svg viewBox="0 0 640 190" role="img" aria-label="%s">'
                  '<line x1="40" y1="150" x2="630" y2="150" class="axis"/>'
                  '<text x="34" y="154" text-anchor="end">0</text>'
                  '<text x="34" y="24" text-anchor="end">%s</text>',
                  @extschema@.escape_html(title), max(highest))
        || '<path d="' || coalesce(string_agg(
               CASE WHEN value IS NOT NULL
                    THEN CASE WHEN lag_value IS NULL THEN 'M' ELSE 'L' END || x || ' ' || y END,
               '' ORDER BY place), '') || '"/>'
        || string_agg(CASE WHEN value IS NOT NULL THEN format(
               '<circle cx="%s" cy="%s" r="3"><title>%s: %s</title></circle>', x, y,
               @extschema@.escape_html(label), value) ELSE '' END, '' ORDER BY place)
        || string_agg(CASE WHEN (place - 1) % greatest(1, ceil(points / 6.0)::bigint) = 0 THEN format(
               '<text x="%s" y="172" text-anchor="middle">%s</text>', x, @extschema@.escape_html(label))
               ELSE '' END, '' ORDER BY place)
        || '</svg>'
    FROM (SELECT place, label, value, lag(value) OVER (ORDER BY place) AS lag_value,
                 max(value) OVER () AS highest, count(*) OVER () AS points,
                 round(50 + 570 * (place - 1) / greatest(count(*) OVER () - 1, 1)::numeric, 1) AS x,
                 round(150 - 130 * greatest(value, 0) / greatest(max(value) OVER (), 1), 1) AS y
          FROM unnest($2, $3) WITH ORDINALITY one(label, value, place)) point
    $$;

COMMENT ON FUNCTION @extschema@.svg_lines(text, text[], numeric[]) IS 'part of report(): a line over time';
