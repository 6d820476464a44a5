-- The roles of a participant, each once (a cohort and a hand may both have given it), with their
-- ranks. What Moodle calls sortorder in them is the assignment's and always 0: the role's own is in
-- moodle_stg.roles where a plugin of the site lists it.
CREATE FUNCTION @extschema@.ranked_roles(instance text, roles jsonb)
    RETURNS TABLE (id bigint, shortname text, rank bigint)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT given.id, given.shortname, coalesce(known.sortorder, usual.rank)
    FROM (SELECT @extschema@.json_bigint(element.value, 'roleid') AS id,
                 pg_catalog.min(element.value OPERATOR(pg_catalog.->>) 'shortname') AS shortname
          FROM pg_catalog.jsonb_array_elements(
                   CASE WHEN pg_catalog.jsonb_typeof($2) OPERATOR(pg_catalog.=) 'array'
                   THEN $2 END) element
          GROUP BY 1) given
    LEFT JOIN moodle_stg.roles known ON known.instance OPERATOR(pg_catalog.=) $1
                                    AND known.moodle_role_id OPERATOR(pg_catalog.=) given.id
    LEFT JOIN moodle_stg.role_ranks usual ON usual.shortname OPERATOR(pg_catalog.=) given.shortname
    WHERE given.id IS NOT NULL
    $$;

COMMENT ON FUNCTION @extschema@.ranked_roles(text, jsonb) IS
    'the roles of a participant with their ranks, 1 = the highest: part of the staging loaders';
