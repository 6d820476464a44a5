-- Needs load_roles() before it. Which of several roles ranks highest may change without anything new
-- of the enrolment: by the site's order of roles, or by an edit of moodle_stg.role_ranks.
CREATE FUNCTION @extschema@.load_enrolments(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    written bigint;
    reranked bigint;
BEGIN
    written := @extschema@.load_rows('enrolments', '{moodle_course_id,moodle_user_id}',
                                     instance, after_id, up_to_id);
    UPDATE moodle_stg.enrolments stored
    SET roleid_moodle = ranked.roles[1], role_shortname = ranked.shortnames[1],
        roles = ranked.roles, role_shortnames = ranked.shortnames
    FROM (SELECT one.ctid AS place, array_agg(role.id ORDER BY role.rank, role.id) AS roles,
                 array_agg(role.shortname ORDER BY role.rank, role.id) AS shortnames
          FROM moodle_stg.enrolments one
          CROSS JOIN LATERAL @extschema@.ranked_roles(
              one.instance, (SELECT jsonb_agg(jsonb_build_object('roleid', id, 'shortname', shortname))
                             FROM unnest(one.roles, one.role_shortnames) given (id, shortname))) role
          WHERE one.instance = load_enrolments.instance AND cardinality(one.roles) > 1
          GROUP BY one.ctid, one.roles
          HAVING array_agg(role.id ORDER BY role.rank, role.id) <> one.roles) ranked
    WHERE stored.ctid = ranked.place;
    GET DIAGNOSTICS reranked = ROW_COUNT;
    RETURN written + reranked;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_enrolments(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_enrolments(text, bigint, bigint) IS
    'brings moodle_stg.enrolments up to a range of the landing table; the rows written';
