CREATE FUNCTION @extschema@.report(instance text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    address text;
    stand record;
BEGIN
    SELECT * INTO stand FROM @extschema@.overview_rows() one WHERE one.instance = report.instance;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no instance %', coalesce(quote_ident(left(instance, 80)), 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'SELECT instance FROM moodle_fdw.overview; lists them.';
    ELSIF to_regclass('moodle_mart.instance_summary') IS NULL THEN
        RAISE EXCEPTION 'there is no warehouse to report from'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'SELECT moodle_fdw.deploy(); makes it, CALL moodle_fdw.refresh(); fills it.';
    END IF;
    SELECT known.url INTO address FROM @extschema@.instances known WHERE known.name = instance;
    RETURN @extschema@.report_head(instance || ' – moodle_fdw')
        || format('<h1>%s</h1><p>%s</p><p class="%s">%s, read %s. Made %s.</p>',
                  @extschema@.escape_html(instance), @extschema@.escape_html(address),
                  CASE stand.state WHEN 'late' THEN 'warn' ELSE 'good' END,
                  @extschema@.escape_html(initcap(left(stand.state, 1)) || substr(stand.state, 2)),
                  stand.refreshed, to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI TZ'))
        || @extschema@.report_tiles(instance) || @extschema@.report_charts(instance)
        || @extschema@.report_tables(instance) || '</main></body></html>';
END
$$;

COMMENT ON FUNCTION @extschema@.report(text) IS
    'the state of a site as one page that needs nothing else: psql -Atc "SELECT moodle_fdw.report(''moodle1'')" > report.html';
