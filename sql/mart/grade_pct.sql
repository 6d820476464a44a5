-- Against the bounds that the grade was served with: those of its own time.
CREATE FUNCTION @extschema@.grade_pct(grade numeric, served jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN grade IS NOT NULL
                 AND @extschema@.json_numeric(served, 'grademax')
                     OPERATOR(pg_catalog.>) @extschema@.json_numeric(served, 'grademin')
           THEN (grade OPERATOR(pg_catalog.-) @extschema@.json_numeric(served, 'grademin'))
                OPERATOR(pg_catalog.*) 100
                OPERATOR(pg_catalog./) (@extschema@.json_numeric(served, 'grademax')
                    OPERATOR(pg_catalog.-) @extschema@.json_numeric(served, 'grademin'))
           END
    $$;

COMMENT ON FUNCTION @extschema@.grade_pct(numeric, jsonb) IS
    'a grade in per cent of its item''s bounds, NULL without bounds: part of build_learner_progress_weekly';
