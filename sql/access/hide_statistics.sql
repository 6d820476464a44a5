-- What statistics hold of a column are values of it: names and addresses, which would outlive the
-- person's row, and which EXPLAIN's estimates go by whoever asks. Nothing is planned by them.
CREATE FUNCTION @extschema@.hide_statistics() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT found.relation, attname
        FROM @extschema@.warehouse_relations() found
        JOIN pg_attribute ON attrelid = found.relation AND attnum > 0 AND NOT attisdropped
        WHERE found.kind IN ('r', 'p') AND pg_has_role(found.owner, 'USAGE')
          AND coalesce(attstattarget, -1) <> 0
          AND (SELECT user_column IS NOT NULL OR attname = 'contacts' FROM @extschema@.access_columns(found.relation))
          AND attname IN ('username', 'email', 'firstname', 'lastname', 'fullname', 'idnumber', 'address',
                          'phone1', 'phone2', 'description', 'customfields', 'ip', 'other', 'contacts', 'feedback')
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', one.relation, one.attname);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.hide_statistics() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.hide_statistics() IS
    'called by deploy(): of columns that name people no statistics are kept';
