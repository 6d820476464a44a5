-- Not what the token's service lacks: Moodle would only refuse it, and log that.
CREATE FUNCTION @extschema@.ask(facts jsonb, function text, arguments jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    asked @extschema@.probed;
BEGIN
    IF NOT facts -> 'offered' ? function THEN
        RETURN '{"cause": "not_offered"}';
    END IF;
    asked := @extschema@.probe(facts ->> 'instance', function, arguments, (facts ->> 'at_most_ms')::integer);
    -- No answer is no key: a null would count as one record.
    RETURN CASE WHEN asked.answer IS NULL THEN to_jsonb(asked) - 'answer' ELSE to_jsonb(asked) END;
END
$$;

COMMENT ON FUNCTION @extschema@.ask(jsonb, text, jsonb) IS
    'part of check_instance(): probe() as jsonb, for functions that the token''s service has';
