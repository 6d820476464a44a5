CREATE FUNCTION @extschema@.look_at_site(instance text, at_most_ms integer) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    asked @extschema@.probed := @extschema@.probe(instance, 'core_webservice_get_site_info', '{}', at_most_ms);
    asked_at timestamptz := clock_timestamp();
    info jsonb := coalesce(asked.answer, '{}');
BEGIN
    asked.answer := NULL;
    RETURN jsonb_build_object(
        'instance', instance,
        'at_most_ms', at_most_ms,
        'site', to_jsonb(asked) || jsonb_build_object('asked_at', asked_at),
        'info', info - '{functions,advancedfeatures,userprivateaccesskey}'::text[],
        'offered', jsonb_path_query_array(info, '$.functions[*].name'),
        'features', (SELECT coalesce(jsonb_object_agg(feature ->> 'name', feature -> 'value'), '{}')
                     FROM jsonb_path_query(info, '$.advancedfeatures[*]') feature),
        'server', (SELECT coalesce(jsonb_object_agg(option_name, option_value), '{}')
                   FROM pg_foreign_server server, pg_options_to_table(server.srvoptions)
                   WHERE server.srvname = look_at_site.instance));
END
$$;

COMMENT ON FUNCTION @extschema@.look_at_site(text, integer) IS
    'part of check_instance(): what the site says of itself, and how it says it';
