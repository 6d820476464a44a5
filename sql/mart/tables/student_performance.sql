CREATE OR REPLACE VIEW moodle_mart.student_performance AS
    SELECT * FROM moodle_mart.course_performance WHERE counts_as_student;
COMMENT ON VIEW moodle_mart.student_performance IS
    'moodle_mart.course_performance of students only, each once a course whatever further roles they have: what averages are taken of';
-- The columns are the table's, so are their comments.
DECLARE
    described record;
BEGIN
    FOR described IN
        SELECT attname AS name, col_description(attrelid, attnum) AS words
        FROM pg_attribute
        WHERE attrelid = 'moodle_mart.course_performance'::regclass AND attnum > 0
          AND NOT attisdropped
          AND attname IN (SELECT attname FROM pg_attribute
                          WHERE attrelid = 'moodle_mart.student_performance'::regclass)
    LOOP
        EXECUTE format('COMMENT ON COLUMN moodle_mart.student_performance.%I IS %L',
                       described.name, described.words);
    END LOOP;
END;
