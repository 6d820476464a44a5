CREATE FUNCTION @extschema@.report_tiles(of_instance text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    tiles text;
BEGIN
    SELECT string_agg(format('<div class="tile"><b>%s</b><span>%s</span></div>',
                             coalesce(tile.value, '–'), tile.label), '' ORDER BY tile.place)
    INTO tiles
    FROM moodle_mart.instance_summary site
    CROSS JOIN LATERAL (VALUES
        (1, 'people', to_char(site.users, 'FM999G999G999')),
        (2, 'visible courses of ' || site.courses, to_char(site.visible_courses, 'FM999G999G999')),
        (3, 'students in courses', to_char(site.students, 'FM999G999G999')),
        (4, 'enrolments', to_char(site.enrolments, 'FM999G999G999')),
        (5, 'average of the grades', round(site.avg_performance_pct, 1) || ' %'),
        (6, 'completed, where tracked', round(site.completion_rate_pct, 1) || ' %'),
        (7, 'never logged in', to_char(site.never_logged_in_users, 'FM999G999G999')))
        tile(place, label, value)
    WHERE site.instance = of_instance;
    RETURN '<div class="tiles">' || coalesce(tiles, '<p>Nothing has been read yet: CALL moodle_fdw.refresh();</p>') || '</div>';
END
$$;

COMMENT ON FUNCTION @extschema@.report_tiles(text) IS 'part of report(): the figures of the site';
