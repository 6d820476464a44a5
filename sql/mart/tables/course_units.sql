CREATE TABLE IF NOT EXISTS moodle_mart.course_units (
    instance text NOT NULL,
    moodle_course_id bigint NOT NULL,
    moodle_category_id bigint,
    directorate text,
    unit text,
    PRIMARY KEY (instance, moodle_course_id)
);
COMMENT ON TABLE moodle_mart.course_units IS
    'the directorate and unit that each course belongs to: by moodle_mart.course_unit_rules, else the first and second level of its categories. What access goes by';
COMMENT ON COLUMN moodle_mart.course_units.instance IS 'the Moodle site';
COMMENT ON COLUMN moodle_mart.course_units.moodle_course_id IS 'the course; one that is gone from the site stays';
COMMENT ON COLUMN moodle_mart.course_units.moodle_category_id IS 'its category';
COMMENT ON COLUMN moodle_mart.course_units.directorate IS
    'name of the directorate, HTML as served; NULL = none, as of the front page';
COMMENT ON COLUMN moodle_mart.course_units.unit IS 'name of the unit, HTML as served; NULL = of the directorate itself';
-- A rule is in force when it is written, not after the next refresh.
CREATE OR REPLACE FUNCTION moodle_mart.course_unit_rules_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $changed$
    BEGIN
        PERFORM @extschema@.build_course_units(NULL, 0, 0);
        RETURN NULL;
    END
    $changed$;
REVOKE EXECUTE ON FUNCTION moodle_mart.course_unit_rules_changed() FROM PUBLIC;
COMMENT ON FUNCTION moodle_mart.course_unit_rules_changed() IS 'puts the rules of moodle_mart.course_unit_rules in force';
IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'moodle_mart.course_unit_rules'::regclass
                 AND tgname = 'course_unit_rules_changed') THEN
    CREATE TRIGGER course_unit_rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
        ON moodle_mart.course_unit_rules
        FOR EACH STATEMENT EXECUTE FUNCTION moodle_mart.course_unit_rules_changed();
END IF;
-- Of a warehouse that was filled before there was this table.
IF NOT EXISTS (SELECT FROM moodle_mart.course_units) THEN
    PERFORM @extschema@.build_course_units(NULL, 0, 0);
END IF;
