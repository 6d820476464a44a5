-- Moodle keeps no history of these, but its log does: an assignment that was changed last year is
-- not a year old, and one that is gone was there before.
CREATE FUNCTION @extschema@.load_role_assignments(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off
    -- Nothing is known of how much the site will answer: a loop over it could take hours.
    SET enable_nestloop = off
    AS $$
#variable_conflict use_column
DECLARE
    written bigint;
    missed bigint;
BEGIN
    EXECUTE format(
        'WITH served AS MATERIALIZED (
             SELECT given.id, context.instanceid AS course_id, given.userid, given.roleid, given.timemodified
             FROM %s given
             JOIN %s context ON context.id = given.contextid AND context.contextlevel = 50),
         logged AS MATERIALIZED (
             SELECT context_instance_id AS course_id, related_user_id AS user_id, object_id AS role_id,
                    max(at) FILTER (WHERE action = ''assigned'') AS assigned_at,
                    max(at) FILTER (WHERE action = ''unassigned'') AS gone_at
             FROM moodle_stg.events
             WHERE instance = $1 AND target = ''role'' AND context_level = 50
               AND action IN (''assigned'', ''unassigned'')
             GROUP BY 1, 2, 3),
         missing AS MATERIALIZED (
             SELECT stored.assignment_id, greatest(stored.assigned_at, coalesce(logged.gone_at, clock_timestamp())) AS gone_at
             FROM moodle_stg.role_assignments stored
             LEFT JOIN served ON served.id = stored.assignment_id
             LEFT JOIN logged ON logged.course_id = stored.moodle_course_id AND logged.user_id = stored.moodle_user_id
                             AND logged.role_id = stored.moodle_role_id AND logged.gone_at >= stored.assigned_at
             WHERE stored.instance = $1 AND stored.gone_at IS NULL AND served.id IS NULL),
         gone AS (
             UPDATE moodle_stg.role_assignments stored SET gone_at = missing.gone_at
             FROM missing WHERE stored.instance = $1 AND stored.assignment_id = missing.assignment_id
             RETURNING 1),
         written AS (
             INSERT INTO moodle_stg.role_assignments AS stored (instance, assignment_id, moodle_course_id,
                 moodle_user_id, moodle_role_id, assigned_at)
             SELECT $1, served.id, served.course_id, served.userid, served.roleid,
                    least(coalesce(logged.assigned_at, ''infinity''), to_timestamp(served.timemodified))
             FROM served
             LEFT JOIN logged ON logged.course_id = served.course_id AND logged.user_id = served.userid
                             AND logged.role_id = served.roleid
                             AND logged.assigned_at > coalesce(logged.gone_at, ''-infinity'')
             ON CONFLICT (instance, assignment_id) DO UPDATE SET
                 moodle_course_id = excluded.moodle_course_id, moodle_user_id = excluded.moodle_user_id,
                 moodle_role_id = excluded.moodle_role_id, gone_at = NULL
             WHERE (stored.moodle_course_id, stored.moodle_user_id, stored.moodle_role_id, stored.gone_at)
                   IS DISTINCT FROM (excluded.moodle_course_id, excluded.moodle_user_id,
                                     excluded.moodle_role_id, NULL::timestamptz)
             RETURNING 1)
         SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)',
        @extschema@.site_table(of_instance, 'role_assignments'), @extschema@.site_table(of_instance, 'context'))
    INTO written USING of_instance;
    -- Gone before the site was first read: told by the log alone. Numbered by the event that ended it.
    WITH logged AS (
        SELECT event_id, action, context_instance_id AS course_id, related_user_id AS user_id,
               object_id AS role_id, at AS gone_at,
               -- Given before the log begins: nobody knows when.
               coalesce(max(at) FILTER (WHERE action = 'assigned') OVER (
                   PARTITION BY context_instance_id, related_user_id, object_id ORDER BY at, event_id),
                   '-infinity') AS assigned_at
        FROM moodle_stg.events
        WHERE instance = of_instance AND target = 'role' AND context_level = 50
          AND action IN ('assigned', 'unassigned')),
    ended AS (
        SELECT * FROM logged WHERE action = 'unassigned')
    INSERT INTO moodle_stg.role_assignments (instance, assignment_id, moodle_course_id, moodle_user_id,
        moodle_role_id, assigned_at, gone_at)
    SELECT of_instance, -ended.event_id, ended.course_id, ended.user_id, ended.role_id, ended.assigned_at,
           ended.gone_at
    FROM ended
    WHERE ended.user_id IS NOT NULL AND ended.role_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM moodle_stg.role_assignments known
                      WHERE known.instance = of_instance AND known.moodle_course_id = ended.course_id
                        AND known.moodle_user_id = ended.user_id AND known.moodle_role_id = ended.role_id
                        AND known.assigned_at <= ended.gone_at AND known.gone_at >= ended.assigned_at)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS missed = ROW_COUNT;
    RETURN written + missed;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_role_assignments(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_role_assignments(text) IS
    'brings moodle_stg.role_assignments up to the site''s database and its log; the rows written';
