-- A view reads with the rights of its owner, for whom no policy holds. From PostgreSQL 15 on it can
-- read with those of whoever asks. Before, what it shows is asked here, by the columns it shows;
-- where these do not say whose a row is, it is for those who see all.
CREATE FUNCTION @extschema@.protect_view(of_view regclass,
        by_invoker boolean DEFAULT pg_catalog.current_setting('server_version_num')::integer >= 150000)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    definition text := rtrim(pg_get_viewdef(of_view), ' ;');
BEGIN
    IF by_invoker THEN
        IF NOT (SELECT coalesce(reloptions && '{security_invoker=true,security_invoker=on}', false)
                FROM pg_class WHERE oid = of_view) THEN
            EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', of_view);
        END IF;
    ELSIF definition !~ '\) protected\s+WHERE ' THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s WITH (security_barrier) AS
                        SELECT protected.* FROM (%s) protected WHERE pg_has_role(%L, ''USAGE'')%s OR %s',
                       of_view, definition,
                       (SELECT rolname FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE pg_class.oid = of_view),
                       CASE WHEN to_regrole('moodle_etl') IS NOT NULL
                            THEN ' OR pg_has_role(''moodle_etl'', ''USAGE'')' ELSE '' END,
                       replace(@extschema@.access_condition(of_view), of_view::text || '.', 'protected.'));
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.protect_view(regclass, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.protect_view(regclass, boolean) IS 'part of apply_access(): lets a view show no more than its tables do';
