-- Where after_id is 0, all courses: then `touched` is NULL, and planned anew each time, the
-- conditions on it fold away. Of an instance that is new, the statistics know nothing: a nested loop
-- looks cheap then and takes hours, so the builders of marts have none. This one sorts as little as it
-- can, too: a join by course and item is taken for a thousandth of the rows that it gives, and grouping
-- them by hash for no gain.
CREATE FUNCTION @extschema@.build_course_performance(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET enable_sort = off
    SET work_mem = '16MB'
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    touched bigint[];
    written bigint;
BEGIN
    IF $2 > 0 THEN
        touched := @extschema@.touched_courses($1, $2, $3);
    END IF;
    DELETE FROM moodle_mart.course_performance
    WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched));

    INSERT INTO moodle_mart.course_performance (
        instance, moodle_course_id, course_name, course_shortname, moodle_user_id, username,
        firstname, lastname, email, moodle_role_id, role_name, role_fullname, total_items,
        graded_items, avg_performance_pct, completed_course, course_startdate, course_enddate,
        enrolment_timecreated, ts_generated, role_kind, counts_as_student, completion_tracked,
        criteria_total, criteria_done, completed_at, last_course_access, enrolment_status,
        moodle_category_id, category_name, top_category_name, second_category_name, course_visible,
        graded_performance_pct)
    WITH role AS MATERIALIZED (
        SELECT * FROM moodle_mart.roles WHERE instance = site
    ), item AS NOT MATERIALIZED (
        SELECT moodle_course_id, moodle_item_id, grademin,
               CASE WHEN grademax > grademin THEN grademax - grademin END AS span
        FROM moodle_stg.grade_items
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
          AND coalesce(itemtype, '') NOT IN ('course', 'category') AND gradetype IS DISTINCT FROM 0
    ), items AS (
        SELECT moodle_course_id, count(*) AS total FROM item GROUP BY moodle_course_id
    ), graded AS (
        SELECT stored.moodle_course_id, stored.moodle_user_id, count(*) AS items,
               round(avg((stored.finalgrade - item.grademin) * 100 / item.span), 4) AS pct
        FROM moodle_stg.grades stored
        JOIN item ON item.moodle_course_id = stored.moodle_course_id
                 AND item.moodle_item_id = stored.moodle_item_id
        WHERE stored.instance = site
          AND (touched IS NULL OR stored.moodle_course_id = ANY (touched))
          AND stored.finalgrade IS NOT NULL
        GROUP BY stored.moodle_course_id, stored.moodle_user_id
    ), member AS (
        SELECT enrolment.moodle_course_id, enrolment.moodle_user_id, enrolment.created_at,
               enrolment.status, enrolment.lastcourseaccess_at, given.role_id,
               role.shortname AS role_name,
               coalesce(nullif(role.name, ''), role.shortname) AS role_fullname,
               coalesce(role.role_kind, 'other') AS role_kind,
               row_number() OVER (
                   PARTITION BY enrolment.moodle_course_id, enrolment.moodle_user_id
                   ORDER BY role.role_kind = 'student' DESC NULLS LAST, given.role_id) AS place
        FROM moodle_stg.enrolments enrolment
        CROSS JOIN LATERAL unnest(CASE WHEN cardinality(enrolment.roles) > 0 THEN enrolment.roles
                                  ELSE ARRAY[enrolment.roleid_moodle] END) given(role_id)
        LEFT JOIN role ON role.moodle_role_id = given.role_id
        WHERE enrolment.instance = site
          AND (touched IS NULL OR enrolment.moodle_course_id = ANY (touched))
    )
    SELECT site, member.moodle_course_id, course.fullname, course.shortname, member.moodle_user_id,
           person.username, person.firstname, person.lastname, person.email, member.role_id,
           member.role_name, member.role_fullname, coalesce(items.total, 0),
           coalesce(graded.items, 0), coalesce(graded.pct, 0), coalesce(completion.completionstate > 0, false),
           course.start_at, course.end_at, member.created_at, now(), member.role_kind,
           member.role_kind = 'student' AND member.place = 1,
           completion.completionstate IS NOT NULL, coalesce(completion.criteria_total, 0),
           coalesce(completion.criteria_done, 0), completion.completed_at,
           member.lastcourseaccess_at, member.status, course.categoryid, category.name,
           category.top_category_name, category.second_category_name, course.visible,
           graded.pct
    FROM member
    LEFT JOIN moodle_stg.courses course
        ON course.instance = site AND course.moodle_course_id = member.moodle_course_id
    LEFT JOIN moodle_stg.categories category
        ON category.instance = site AND category.moodle_category_id = course.categoryid
    LEFT JOIN moodle_stg.users person
        ON person.instance = site AND person.moodle_user_id = member.moodle_user_id
    LEFT JOIN moodle_stg.completions completion
        ON completion.instance = site AND completion.moodle_course_id = member.moodle_course_id
       AND completion.moodle_user_id = member.moodle_user_id
       AND (touched IS NULL OR completion.moodle_course_id = ANY (touched))
    LEFT JOIN items ON items.moodle_course_id = member.moodle_course_id
    LEFT JOIN graded ON graded.moodle_course_id = member.moodle_course_id
                    AND graded.moodle_user_id = member.moodle_user_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM @extschema@.analyze_first('course_performance', $2, written);
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_course_performance(text, bigint, bigint) IS
    'builds moodle_mart.course_performance anew for the courses that a range of the landing table touches; the rows written';
