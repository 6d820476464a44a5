CREATE VIEW @extschema@.data_problems WITH (security_barrier) AS
    SELECT latest.instance, latest.severity, latest.table_name, latest.check_name,
           latest.failed_rows, latest.examples, latest.run_id, latest.checked_at
    FROM (SELECT DISTINCT ON (done.instance, done.check_name, done.table_name) done.*
          FROM @extschema@.data_checks done
          ORDER BY done.instance, done.check_name, done.table_name, done.check_id DESC) latest
    WHERE latest.failed_rows OPERATOR(pg_catalog.>) 0
      -- The examples are of all courses.
      AND (NOT @extschema@.access_enabled()
           OR pg_catalog.has_table_privilege('@extschema@.data_checks', 'SELECT')
           OR @extschema@.sees_all()
           OR latest.instance OPERATOR(pg_catalog.=) ANY (@extschema@.whole_instances()))
    ORDER BY latest.instance, latest.severity, latest.table_name, latest.check_name;

COMMENT ON VIEW @extschema@.data_problems IS
    'what the latest data checks of each instance found wrong';
