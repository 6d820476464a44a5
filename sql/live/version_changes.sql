-- From Moodle's own upgrade notes (UPGRADING.md of 5.0). The catalogue is of 4.5: what is gone is of
-- later releases, what came is not in earlier ones.
CREATE FUNCTION @extschema@.version_changes(
        OUT functions text, OUT moodle text, OUT gone boolean, OUT what text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
    VALUES
        ('mod\_chat\_%', '5.0', true, 'since 5.0 chats are a plugin of their own, which this site lacks or keeps from the token'),
        ('mod\_survey\_%', '5.0', true, 'since 5.0 surveys are a plugin of their own, which this site lacks or keeps from the token'),
        ('core\_output\_load\_fontawesome\_icon\_map', '5.0', true, 'gone since 5.0; core_output_load_fontawesome_icon_system_map is instead'),
        ('core\_grades\_get\_enrolled\_users\_for\_search\_widget', '5.0', true, 'gone since 5.0; core_grades_get_enrolled_users_for_selector is instead'),
        ('core\_grades\_get\_groups\_for\_search\_widget', '5.0', true, 'gone since 5.0; core_grades_get_groups_for_selector is instead'),
        ('core\_ai\_%', '4.5', false, 'came with 4.5')
$$;

COMMENT ON FUNCTION @extschema@.version_changes() IS
    'functions that Moodle''s releases of 4.1 to 5.x have not in common';
