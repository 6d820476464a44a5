CREATE FUNCTION @extschema@.judge_functions(facts jsonb) RETURNS SETOF @extschema@.finding
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT needed.function, offered, works, (tried ->> 'latency_ms')::numeric(12, 1),
           CASE WHEN what.spare THEN NULL
                WHEN NOT offered AND tried ->> 'cause' = 'function_unknown' THEN
                    format('does not exist on this site (Moodle %s)', facts #>> '{info,release}')
                WHEN NOT offered THEN 'is not in the token''s service'
                WHEN NOT works THEN regexp_replace(tried ->> 'problem', '^moodle instance "[^"]*": [a-z_]* ', '')
                                    || coalesce('. ' || (tried ->> 'detail'), '') END,
           CASE WHEN NOT offered AND tried ->> 'cause' = 'function_unknown' THEN
                    CASE WHEN what.spare THEN coalesce('It ' || needed.remark || '; this Moodle has none.', '')
                         ELSE 'This Moodle is older or newer than the function, or lacks the plugin that brings it.' END
                WHEN NOT offered THEN
                    format('%sAdd it to the token''s service: Site administration > Server > Web services > External services > Functions > Add functions.',
                           CASE WHEN what.spare THEN coalesce('It ' || needed.remark || '. ', '') ELSE '' END)
                WHEN NOT works AND what.spare THEN
                    concat_ws('. ', 'It ' || needed.remark || ', but is refused', rtrim(tried ->> 'detail', '.'), tried ->> 'remedy')
                WHEN NOT works THEN tried ->> 'remedy' END
    FROM @extschema@.needed_functions() needed
    CROSS JOIN LATERAL (SELECT facts -> 'offered' ? needed.function AS offered,
                               needed.spare OR coalesce(facts -> 'offered' ? needed.instead, false) AS spare,
                               facts -> 'functions' -> needed.function AS tried) what
    CROSS JOIN LATERAL (SELECT CASE WHEN NOT offered THEN false
                                    WHEN tried ->> 'cause' = 'untried' THEN NULL
                                    -- Answers, to who takes no part, or where completion is off.
                                    WHEN tried ->> 'errorcode' IN ('nocriteriaset', 'usernotenroled', 'cannotviewreport') THEN NULL
                                    ELSE tried ->> 'cause' IS NULL END AS works) outcome
    -- What tables do without is told where it is missing from the service, though it could be there.
    WHERE NOT what.spare OR offered OR tried ->> 'cause' <> 'function_unknown'
$$;

COMMENT ON FUNCTION @extschema@.judge_functions(jsonb) IS 'part of check_instance(): the functions of the token''s service';
