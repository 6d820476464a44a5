-- The checks of moodle_stg: each query gives one jsonb for each row that fails. $1 = the instance.
-- Those that compare with the landing table are made from the tables' keys in check_landed().
CREATE FUNCTION @extschema@.data_check_list()
    RETURNS TABLE (check_name text, table_name text, severity text, query text)
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $list$
    VALUES
    -- Keys: within a table the primary key sees to it; these are the names that people look up by.
    ('username is unique', 'users', 'warning', $$
        SELECT jsonb_build_object('username', username, 'moodle_user_id', jsonb_agg(moodle_user_id))
        FROM moodle_stg.users WHERE instance = $1 AND deleted = 0 AND username IS NOT NULL
        GROUP BY username HAVING count(*) > 1$$),
    ('username is served', 'users', 'note', $$
        SELECT jsonb_build_object('moodle_user_id', moodle_user_id)
        FROM moodle_stg.users WHERE instance = $1 AND deleted = 0 AND username IS NULL$$),
    ('shortname is unique', 'courses', 'warning', $$
        SELECT jsonb_build_object('shortname', shortname, 'moodle_course_id', jsonb_agg(moodle_course_id))
        FROM moodle_stg.courses WHERE instance = $1 AND shortname IS NOT NULL
        GROUP BY shortname HAVING count(*) > 1$$),
    ('shortname is unique', 'roles', 'warning', $$
        SELECT jsonb_build_object('shortname', shortname, 'moodle_role_id', jsonb_agg(moodle_role_id))
        FROM moodle_stg.roles WHERE instance = $1 AND shortname IS NOT NULL
        GROUP BY shortname HAVING count(*) > 1$$),

    -- References.
    ('course exists', 'learners', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'rows', count(*))
        FROM moodle_stg.learners one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.courses other
                          WHERE other.instance = $1 AND other.moodle_course_id = one.moodle_course_id)
        GROUP BY moodle_course_id$$),
    ('user exists', 'learners', 'note', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id)
        FROM moodle_stg.learners one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.users other
                          WHERE other.instance = $1 AND other.moodle_user_id = one.moodle_user_id)$$),
    ('category exists', 'courses', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'categoryid', categoryid)
        FROM moodle_stg.courses one WHERE instance = $1 AND categoryid <> 0
          AND NOT EXISTS (SELECT FROM moodle_stg.categories other
                          WHERE other.instance = $1 AND other.moodle_category_id = one.categoryid)$$),
    ('parent exists', 'categories', 'warning', $$
        SELECT jsonb_build_object('moodle_category_id', moodle_category_id, 'parent', parent)
        FROM moodle_stg.categories one WHERE instance = $1 AND parent <> 0
          AND NOT EXISTS (SELECT FROM moodle_stg.categories other
                          WHERE other.instance = $1 AND other.moodle_category_id = one.parent)$$),
    ('course exists', 'enrolments', 'error', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'rows', count(*))
        FROM moodle_stg.enrolments one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.courses other
                          WHERE other.instance = $1 AND other.moodle_course_id = one.moodle_course_id)
        GROUP BY moodle_course_id$$),
    ('user exists', 'enrolments', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id)
        FROM moodle_stg.enrolments one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.users other
                          WHERE other.instance = $1 AND other.moodle_user_id = one.moodle_user_id)$$),
    ('user is not deleted', 'enrolments', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id)
        FROM moodle_stg.enrolments JOIN moodle_stg.users USING (instance, moodle_user_id)
        WHERE instance = $1 AND deleted = 1$$),
    ('role exists', 'enrolments', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id,
                                  'roleid_moodle', roleid_moodle)
        FROM moodle_stg.enrolments one WHERE instance = $1 AND roleid_moodle IS NOT NULL
          AND NOT EXISTS (SELECT FROM moodle_stg.roles other
                          WHERE other.instance = $1 AND other.moodle_role_id = one.roleid_moodle)$$),
    ('has a role', 'enrolments', 'note', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id)
        FROM moodle_stg.enrolments WHERE instance = $1 AND roleid_moodle IS NULL$$),
    ('course exists', 'enrolment_methods', 'error', $$
        SELECT jsonb_build_object('method_id', method_id, 'moodle_course_id', moodle_course_id)
        FROM moodle_stg.enrolment_methods one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.courses other
                          WHERE other.instance = $1 AND other.moodle_course_id = one.moodle_course_id)$$),
    ('course exists', 'grade_items', 'error', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_item_id', moodle_item_id)
        FROM moodle_stg.grade_items one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.courses other
                          WHERE other.instance = $1 AND other.moodle_course_id = one.moodle_course_id)$$),
    ('item exists', 'grades', 'error', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_item_id', moodle_item_id,
                                  'rows', count(*))
        FROM moodle_stg.grades one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.grade_items other
                          WHERE other.instance = $1 AND other.moodle_course_id = one.moodle_course_id
                            AND other.moodle_item_id = one.moodle_item_id)
        GROUP BY moodle_course_id, moodle_item_id$$),
    ('user exists', 'grades', 'warning', $$
        SELECT jsonb_build_object('moodle_user_id', moodle_user_id, 'rows', count(*))
        FROM moodle_stg.grades one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.users other
                          WHERE other.instance = $1 AND other.moodle_user_id = one.moodle_user_id)
        GROUP BY moodle_user_id$$),
    ('user is enrolled', 'grades', 'note', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id,
                                  'rows', count(*))
        FROM moodle_stg.grades one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.enrolments other
                          WHERE other.instance = $1 AND other.moodle_course_id = one.moodle_course_id
                            AND other.moodle_user_id = one.moodle_user_id)
        GROUP BY moodle_course_id, moodle_user_id$$),
    ('user is enrolled', 'completions', 'note', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id)
        FROM moodle_stg.completions one WHERE instance = $1
          AND NOT EXISTS (SELECT FROM moodle_stg.enrolments other
                          WHERE other.instance = $1 AND other.moodle_course_id = one.moodle_course_id
                            AND other.moodle_user_id = one.moodle_user_id)$$),

    -- Bounds.
    ('end is not before the start', 'courses', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'startdate', startdate,
                                  'enddate', enddate)
        FROM moodle_stg.courses WHERE instance = $1 AND enddate > 0 AND enddate < startdate$$),
    ('least is not above greatest', 'grade_items', 'error', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_item_id', moodle_item_id,
                                  'grademin', grademin, 'grademax', grademax)
        FROM moodle_stg.grade_items WHERE instance = $1 AND grademin > grademax$$),
    -- A site may allow grades above the greatest; a total of extra credits is one.
    ('grade is within its bounds', 'grades', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id,
                                  'moodle_item_id', moodle_item_id, 'finalgrade', finalgrade,
                                  'rawgrademin', rawgrademin, 'rawgrademax', rawgrademax)
        FROM moodle_stg.grades WHERE instance = $1
          AND (finalgrade < rawgrademin OR finalgrade > rawgrademax)$$),
    ('graded item has a range', 'grades', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_item_id', moodle_item_id,
                                  'rows', count(*))
        FROM moodle_stg.grades one WHERE instance = $1 AND finalgrade IS NOT NULL
          AND (rawgrademax > rawgrademin) IS NOT TRUE
        GROUP BY moodle_course_id, moodle_item_id$$),
    ('time is not in the future', 'grades', 'warning', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id,
                                  'moodle_item_id', moodle_item_id, 'graded_at', graded_at)
        FROM moodle_stg.grades WHERE instance = $1 AND graded_at > ts_extract + interval '1 day'$$),
    ('criteria met are not more than there are', 'completions', 'error', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id,
                                  'criteria_done', criteria_done, 'criteria_total', criteria_total)
        FROM moodle_stg.completions WHERE instance = $1 AND criteria_done > criteria_total$$),
    ('completed with its criteria met', 'completions', 'note', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id,
                                  'criteria_done', criteria_done, 'criteria_total', criteria_total)
        FROM moodle_stg.completions WHERE instance = $1 AND completionstate = 1
          AND criteria_done < CASE aggregation WHEN 2 THEN 1 ELSE criteria_total END$$),
    ('a state or a reason', 'completions', 'error', $$
        SELECT jsonb_build_object('moodle_course_id', moodle_course_id, 'moodle_user_id', moodle_user_id)
        FROM moodle_stg.completions WHERE instance = $1 AND (completionstate IS NULL) = (reason IS NULL)$$)
    $list$;

COMMENT ON FUNCTION @extschema@.data_check_list() IS 'what check_data() checks within moodle_stg';
