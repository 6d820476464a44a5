CREATE FUNCTION @extschema@.threshold(rules jsonb, name text) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (rules #>> ARRAY[name, 'value'])::numeric;

COMMENT ON FUNCTION @extschema@.threshold(jsonb, text) IS
    'part of judge_learner(): a value of course_thresholds(); NULL = that rule says nothing';
