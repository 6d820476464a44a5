-- What follows on the landing, in order. A statement is run for one instance: $1 its name, $2 and $3
-- the landing ids between which it has something to do (after $2, up to $3), $4 the run; it gives
-- rows written.
CREATE VIEW @extschema@.transforms AS
    SELECT builtin.name, builtin.layer, builtin.ordinal,
           format('SELECT @extschema@.%I(%s)', builtin.function,
                  CASE builtin.layer WHEN 'check' THEN '$1, $4' ELSE '$1, $2, $3' END) AS statement,
           builtin.depends_on::text[], true AS builtin
    FROM (VALUES
        ('role', 'raw', 60, 'derive_roles', '{enrolment}'),
        ('grade_item', 'raw', 80, 'derive_grade_items', '{grade}'),
        ('users', 'stg', 110, 'load_users', '{user}'),
        ('categories', 'stg', 120, 'load_categories', '{category}'),
        ('courses', 'stg', 130, 'load_courses', '{course}'),
        ('roles', 'stg', 140, 'load_roles', '{role}'),
        ('enrolment_methods', 'stg', 150, 'load_enrolment_methods', '{enrolment_method}'),
        ('enrolments', 'stg', 160, 'load_enrolments', '{enrolment,roles}'),
        ('grade_items', 'stg', 170, 'load_grade_items', '{grade_item}'),
        ('grades', 'stg', 180, 'load_grades', '{grade}'),
        ('completions', 'stg', 190, 'load_completions', '{completion}'),
        ('course_units', 'mart', 1205, 'build_course_units', '{categories,courses}'),
        ('course_performance', 'mart', 1210, 'build_course_performance',
         '{users,courses,roles,enrolments,grade_items,grades,completions}'),
        ('course_summary', 'mart', 1220, 'build_course_summary', '{course_performance}'),
        ('user_progress', 'mart', 1230, 'build_user_progress', '{course_performance}'),
        ('grade_distribution', 'mart', 1240, 'build_grade_distribution', '{course_performance}'),
        ('completion_funnel', 'mart', 1250, 'build_completion_funnel', '{course_performance}'),
        ('learner_progress_weekly', 'mart', 1260, 'build_learner_progress_weekly',
         '{course_performance}'),
        ('instance_summary', 'mart', 1270, 'build_instance_summary', '{course_summary}'),
        ('data_checks', 'check', 1280, 'check_data',
         '{users,courses,categories,roles,enrolments,enrolment_methods,grade_items,grades,completions}')
    ) builtin(name, layer, ordinal, function, depends_on)
    UNION ALL
    SELECT own.name, own.layer,
           CASE own.layer WHEN 'stg' THEN 200 ELSE 2000 END
               + (row_number() OVER (PARTITION BY own.layer ORDER BY own.added_at, own.name))::integer,
           own.statement, own.depends_on, false
    FROM @extschema@.user_transforms own
    ORDER BY 3;

COMMENT ON VIEW @extschema@.transforms IS
    'what a refresh does with the records that it landed, in order: staging, marts, and your own';
GRANT SELECT ON @extschema@.transforms TO PUBLIC;
