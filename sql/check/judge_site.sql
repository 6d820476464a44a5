-- Judging looks at facts alone: it asks nothing.
CREATE FUNCTION @extschema@.judge_site(facts jsonb) RETURNS SETOF @extschema@.finding
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH site AS (
        SELECT facts -> 'site' AS asked, facts -> 'info' AS info, facts -> 'server' AS server,
               facts #>> '{site,cause}' IS NULL AS answers,
               (facts #>> '{site,latency_ms}')::numeric(12, 1) AS latency,
               facts #>> '{info,release}' AS release,
               rtrim(lower(facts #>> '{server,url}'), '/') AS wanted_url,
               rtrim(lower(facts #>> '{info,siteurl}'), '/') AS own_url,
               extract(epoch FROM (facts #>> '{site,site_time}')::timestamptz
                                  - (facts #>> '{site,asked_at}')::timestamptz)::numeric AS ahead)
    SELECT 'site: answers', answers, answers, latency,
           regexp_replace(asked ->> 'problem', '^moodle instance "[^"]*": ', '')
           || coalesce('. ' || (asked ->> 'detail'), ''),
           asked ->> 'remedy'
    FROM site
    UNION ALL
    SELECT 'site: address', NULL, own_url = wanted_url, NULL,
           CASE WHEN own_url <> wanted_url
                THEN format('the site calls itself %s, the server option url says %s', own_url, wanted_url) END, NULL
    FROM site WHERE answers
    UNION ALL
    SELECT 'site: version', NULL, release ~ '^(4\.[1-9]|5\.[0-9])', NULL,
           CASE WHEN release IS NULL THEN 'the site does not tell its version'
                WHEN release !~ '^(4\.[1-9]|5\.[0-9])' THEN format('Moodle %s is not among those known', release) END, NULL
    FROM site WHERE answers
    UNION ALL
    -- Dates are told in whole seconds, and an answer takes a while to come.
    SELECT 'site: clock', NULL, abs(ahead) <= 30, NULL,
           CASE WHEN abs(ahead) > 30 THEN format('the site''s clock is %s s %s this server''s', round(abs(ahead)),
                                                 CASE WHEN ahead > 0 THEN 'ahead of' ELSE 'behind' END) END,
           CASE WHEN ahead IS NULL THEN 'The site sends no Date header.' END
    FROM site WHERE answers
    UNION ALL
    SELECT 'site: compression', NULL, (asked ->> 'compressed')::boolean, NULL,
           CASE WHEN (asked ->> 'compressed')::boolean THEN NULL
                WHEN server ->> 'compression' IN ('false', 'off', 'no', '0', 'f', 'n') THEN 'the server option compression is off'
                ELSE 'answers come uncompressed' END
           || format(': this one had %s, compressed at most %s (%s %% less)', pg_size_pretty((asked ->> 'body_bytes')::bigint),
                     pg_size_pretty((asked ->> 'packed_bytes')::bigint),
                     round(100 - 100 * (asked ->> 'packed_bytes')::numeric / nullif((asked ->> 'body_bytes')::numeric, 0))),
           CASE WHEN server ->> 'compression' IN ('false', 'off', 'no', '0', 'f', 'n')
                THEN format('ALTER SERVER %I OPTIONS (DROP compression);', facts ->> 'instance') END
    FROM site WHERE answers
    UNION ALL
    SELECT 'site: arguments', NULL, (facts #>> '{people,arguments,arrived}')::boolean, NULL,
           CASE WHEN NOT (facts #>> '{people,arguments,arrived}')::boolean
                THEN format('of %s arguments the last one did not arrive: PHP drops them without a word',
                            facts #>> '{people,arguments,sent}') END, NULL
    FROM site WHERE facts #>> '{people,arguments,cause}' IS NULL AND facts #> '{people,arguments}' IS NOT NULL
    UNION ALL
    SELECT 'site: completion', NULL, facts #>> '{features,enablecompletion}' = '1', NULL,
           CASE WHEN facts #>> '{features,enablecompletion}' <> '1' THEN 'completion tracking is off on the whole site' END, NULL
    FROM site WHERE facts -> 'features' ? 'enablecompletion'
    UNION ALL
    SELECT 'token: owner', true, true, NULL, NULL,
           format('It is %s (id %s)%s.', info ->> 'username', info ->> 'userid',
                  CASE WHEN (info ->> 'userissiteadmin')::boolean
                       THEN ', a site administrator: a user made for it, with the rights below and no more, is safer' ELSE '' END)
    FROM site WHERE answers
    UNION ALL
    SELECT 'token: valid until', NULL, NULL, NULL, NULL, NULL FROM site WHERE answers
$$;

COMMENT ON FUNCTION @extschema@.judge_site(jsonb) IS 'part of check_instance(): the site as a whole';
