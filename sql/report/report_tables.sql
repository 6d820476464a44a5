CREATE FUNCTION @extschema@.report_tables(of_instance text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    courses jsonb;
    ages jsonb;
    problems jsonb;
BEGIN
    SELECT jsonb_agg(jsonb_build_array(@extschema@.html_name(course_name), @extschema@.html_name(top_category_name),
               students, round(avg_performance_pct, 1), round(completion_rate_pct, 1),
               CASE WHEN students_below_50_pct > 0 THEN '<span class="warn">' || students_below_50_pct || '</span>' ELSE '0' END,
               to_char(last_student_access, 'YYYY-MM-DD')) ORDER BY students DESC, moodle_course_id)
    INTO courses
    FROM (SELECT * FROM moodle_mart.course_summary WHERE instance = of_instance AND students > 0
          ORDER BY students DESC, moodle_course_id LIMIT 25) largest;
    SELECT jsonb_agg(jsonb_build_array(@extschema@.escape_html(entity), @extschema@.time_ago(complete_at),
               CASE WHEN late THEN '<span class="warn">late</span>' ELSE '<span class="good">in time</span>' END)
               ORDER BY entity)
    INTO ages FROM @extschema@.freshness WHERE instance = of_instance;
    SELECT jsonb_agg(jsonb_build_array(@extschema@.escape_html(severity), @extschema@.escape_html(table_name),
               @extschema@.escape_html(check_name), failed_rows) ORDER BY severity, table_name, check_name)
    INTO problems FROM @extschema@.data_problems WHERE instance = of_instance;
    RETURN '<section><h2>The largest courses</h2>' || @extschema@.html_table(
               '{Course,Category,Students,"Average %","Completed %","Below 50 %","Last visit"}', coalesce(courses, '[]'))
        || '</section><div class="two"><section><h2>How fresh</h2>' || @extschema@.html_table(
               '{What,"Read whole",""}', coalesce(ages, '[]'))
        || '</section><section><h2>What the data checks found</h2>'
        || CASE WHEN problems IS NULL THEN '<p class="good">Nothing to mend.</p>' ELSE
               @extschema@.html_table('{Severity,Table,Check,Rows}', problems) END
        || '</section></div>';
END
$$;

COMMENT ON FUNCTION @extschema@.report_tables(text) IS 'part of report(): the tables';
