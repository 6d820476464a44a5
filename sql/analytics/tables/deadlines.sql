-- A group's submission is that of each of its members. One that was reopened is open again.
CREATE OR REPLACE VIEW moodle_mart.deadlines AS
    SELECT due.instance, due.moodle_course_id, course.fullname AS course_name,
           course.shortname AS course_shortname, category.top_category_name, category.second_category_name,
           due.kind, due.activity_id, due.moodle_module_id, due.name, due.opens_at, due.due_at, due.closes_at,
           CASE WHEN due.due_at > now() THEN 'upcoming'
                WHEN due.closes_at <= now() OR due.kind <> 'assignment' THEN 'closed'
                ELSE 'overdue' END AS state,
           round(extract(epoch FROM due.due_at - now())::numeric / 86400, 2) AS days_left,
           learner.moodle_user_id, person.username, person.firstname, person.lastname, person.email,
           CASE due.kind
               WHEN 'assignment' THEN EXISTS (
                   SELECT FROM moodle_stg.submissions draft
                   WHERE draft.instance = due.instance AND draft.assignment_id = due.activity_id
                     AND draft.moodle_user_id = learner.moodle_user_id AND draft.is_latest
                     AND draft.status IN ('draft', 'reopened'))
               WHEN 'quiz' THEN EXISTS (
                   SELECT FROM moodle_stg.quiz_attempts begun
                   WHERE begun.instance = due.instance AND begun.quiz_id = due.activity_id
                     AND begun.moodle_user_id = learner.moodle_user_id AND begun.state IN ('inprogress', 'overdue'))
               ELSE false END AS is_begun,
           learner.last_visit_at
    FROM moodle_stg.due_dates due
    JOIN moodle_stg.learners learner USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.courses course USING (instance, moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = due.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN moodle_stg.users person
        ON person.instance = due.instance AND person.moodle_user_id = learner.moodle_user_id
    WHERE due.is_visible AND coalesce(course.visible, 1) = 1 AND learner.enrolment_status = 0
      AND learner.since < due.due_at
      AND (due.group_id IS NULL
           OR EXISTS (SELECT FROM moodle_stg.group_members member
                      WHERE member.instance = due.instance AND member.group_id = due.group_id
                        AND member.moodle_user_id = learner.moodle_user_id))
      AND NOT (due.kind = 'assignment'
               AND (EXISTS (SELECT FROM moodle_stg.submissions done
                            WHERE done.instance = due.instance AND done.assignment_id = due.activity_id
                              AND done.moodle_user_id = learner.moodle_user_id
                              AND done.is_latest AND done.status = 'submitted')
                    OR EXISTS (SELECT FROM moodle_stg.group_members member
                               JOIN moodle_stg.submissions done
                                 ON done.instance = member.instance AND done.assignment_id = due.activity_id
                                AND done.moodle_user_id = 0 AND done.group_id = member.group_id
                                AND done.is_latest AND done.status = 'submitted'
                               WHERE member.instance = due.instance
                                 AND member.moodle_course_id = due.moodle_course_id
                                 AND member.moodle_user_id = learner.moodle_user_id)
                    OR EXISTS (SELECT FROM moodle_stg.assignment_grades graded
                               WHERE graded.instance = due.instance
                                 AND graded.assignment_id = due.activity_id
                                 AND graded.moodle_user_id = learner.moodle_user_id
                                 AND graded.grade IS NOT NULL)))
      AND NOT (due.kind = 'quiz'
               AND EXISTS (SELECT FROM moodle_stg.quiz_attempts done
                           WHERE done.instance = due.instance AND done.quiz_id = due.activity_id
                             AND done.moodle_user_id = learner.moodle_user_id
                             AND done.state IN ('finished', 'submitted')));
COMMENT ON VIEW moodle_mart.deadlines IS
    'what is or was due, and who has not done it: one row for each deadline and learner (with an active enrolment, of a course and activity that are shown) without a submission. Calendar entries are due for everyone they are for, since nothing is submitted there';
COMMENT ON COLUMN moodle_mart.deadlines.state IS
    'upcoming; overdue: due before now, and can still be submitted; closed: can no longer';
COMMENT ON COLUMN moodle_mart.deadlines.days_left IS 'days until it is due; below 0 = since it was';
COMMENT ON COLUMN moodle_mart.deadlines.is_begun IS
    'true = the learner has begun it: a draft, an attempt that is not finished';
