CREATE FUNCTION @extschema@.judge_people(facts jsonb) RETURNS SETOF @extschema@.finding
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    WITH course AS (
        SELECT jsonb_array_length(one -> 'people') AS listed, one ->> 'groupmode' = '1' AS separate,
               CASE WHEN facts -> 'counts' ? (one ->> 'id')
                    THEN least((facts -> 'counts' ->> (one ->> 'id'))::bigint, (one ->> 'listed_at_most')::bigint) END AS expected
        FROM jsonb_path_query(facts, '$.sample[*] ? (@.cause == null)') one),
    right_to AS (
        SELECT CASE WHEN facts #>> '{rights,site:accessallgroups,cause}' = 'missing_capability' THEN false
                    WHEN facts #> '{rights,site:accessallgroups,cause}' = 'null' THEN true END AS groups,
               CASE WHEN facts #>> '{rights,course:enrolreview,cause}' = 'missing_capability' THEN false
                    WHEN facts #> '{rights,course:enrolreview,cause}' = 'null' THEN true END AS review),
    -- Where all groups may be seen, whoever is not listed was dropped for another reason.
    counted AS (
        SELECT count(*) FILTER (WHERE separate) AS separate,
               coalesce(sum(expected) FILTER (WHERE of_groups), 0) AS in_groups,
               coalesce(sum(expected - listed) FILTER (WHERE of_groups AND listed < expected), 0) AS lost_in_groups,
               coalesce(sum(expected) FILTER (WHERE NOT of_groups), 0) AS in_open,
               coalesce(sum(expected - listed) FILTER (WHERE NOT of_groups AND listed < expected), 0) AS lost_in_open,
               count(expected) FILTER (WHERE NOT of_groups) AS open,
               count(expected) FILTER (WHERE of_groups) AS grouped
        FROM course, right_to, LATERAL (SELECT separate AND groups IS DISTINCT FROM true AS of_groups) kind),
    site AS (
        SELECT count(*) AS courses, count(*) FILTER (WHERE record ->> 'groupmode' = '1') AS separate
        FROM jsonb_path_query(facts, '$.courses.records[*]') record),
    found AS (
        SELECT (facts #>> '{people,asked}')::bigint AS asked, (facts #>> '{people,seen}')::bigint AS seen,
               (facts #>> '{people,seen}')::bigint - (facts #>> '{people,with_lastaccess}')::bigint AS without_access,
               (facts #>> '{people,seen}')::bigint - (facts #>> '{people,with_firstname}')::bigint AS without_name
        FROM (VALUES (1)) once WHERE facts #> '{people,cause}' = 'null'),
    -- As users and as participants alike, but for who is the token's own.
    fields AS (
        SELECT sum(people) AS people, sum(people - with_username) AS without_username, sum(people - with_email) AS without_email
        FROM (SELECT (facts #>> '{people,seen}')::bigint, (facts #>> '{people,with_username}')::bigint,
                     (facts #>> '{people,with_email}')::bigint
              UNION ALL
              SELECT jsonb_array_length(one -> 'people'), (one ->> 'with_username')::bigint, (one ->> 'with_email')::bigint
              FROM jsonb_path_query(facts, '$.sample[*] ? (@.cause == null)') one)
             told(people, with_username, with_email))
    SELECT 'moodle/site:accessallgroups', CASE WHEN lost_in_groups > 0 THEN false ELSE groups END,
           CASE WHEN grouped > 0 THEN lost_in_groups = 0 WHEN groups THEN true END, NULL::numeric,
           CASE WHEN lost_in_groups > 0 THEN
                    format('where groups are separate, %s of %s participants of %s sampled courses are not listed: about %s in %s such courses',
                           lost_in_groups, in_groups, grouped, round(lost_in_groups / grouped * site.separate), site.separate)
                WHEN NOT groups THEN format('not allowed: %s of %s courses have separate groups', site.separate, site.courses) END, NULL::text
    FROM counted, right_to, site
    UNION ALL
    SELECT 'moodle/course:enrolreview', review, review, NULL,
           CASE WHEN NOT review THEN 'not allowed: active and suspended enrolments cannot be told apart' END, NULL
    FROM right_to
    UNION ALL
    SELECT 'moodle/user:viewdetails', seen = asked AND lost_in_open = 0, seen = asked AND lost_in_open = 0, NULL,
           nullif(concat_ws('; ',
               CASE WHEN seen < asked THEN format('%s of %s sampled participants are not found as users (%s %%)', asked - seen, asked,
                                                  round(100 * (asked - seen)::numeric / asked)) END,
               CASE WHEN lost_in_open > 0 THEN
                    format('%s of %s participants of %s sampled courses are not listed: about %s in all %s courses', lost_in_open, in_open, open,
                           round(lost_in_open / open * site.courses), site.courses) END), ''), NULL
    FROM counted, site, (SELECT max(asked) AS asked, max(seen) AS seen FROM found) found
    UNION ALL
    SELECT 'moodle/user:viewalldetails', CASE WHEN people > 0 THEN without_username = 0 END,
           CASE WHEN people > 0 THEN without_username = 0 END, NULL,
           CASE WHEN without_username > 0 THEN
                format('%s of %s records of people come without a username (%s %%): auth, confirmed, idnumber and department are missing there too',
                       without_username, people, round(100 * without_username / people)) END, NULL
    FROM fields
    UNION ALL
    -- Some accounts have none.
    SELECT 'moodle/site:viewuseridentity', CASE WHEN people > 0 THEN without_email <= people / 4 END,
           CASE WHEN people > 0 THEN without_email <= people / 4 END, NULL,
           CASE WHEN without_email > people / 4 THEN
                format('%s of %s records of people come without an email (%s %%)', without_email, people, round(100 * without_email / people)) END, NULL
    FROM fields
    UNION ALL
    SELECT 'moodle/site:viewfullnames', CASE WHEN seen > 0 THEN without_name <= seen / 4 END,
           CASE WHEN seen > 0 THEN without_name <= seen / 4 END, NULL,
           CASE WHEN without_name > seen / 4 THEN format('%s of %s people come without firstname and lastname', without_name, seen) END, NULL
    FROM found
    UNION ALL
    SELECT 'moodle/user:viewhiddendetails', CASE WHEN seen > 0 THEN without_access = 0 END,
           CASE WHEN seen > 0 THEN without_access = 0 END, NULL,
           CASE WHEN without_access > 0 THEN format('%s of %s people come without lastaccess', without_access, seen) END, NULL
    FROM found
$$;

COMMENT ON FUNCTION @extschema@.judge_people(jsonb) IS 'part of check_instance(): people, as users and as participants';
