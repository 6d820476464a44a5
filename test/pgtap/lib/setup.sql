-- What every file begins with: the simulated Moodle as instance "sim", and ways to talk to it.
\ir quiet.sql
\getenv sim_url MOODLE_SIM_URL
SELECT set_config('test.sim_url', :'sim_url', false) \gset ignored_
-- A literal in a statement that a function makes would stand in the server's log as its context.
SELECT set_config('test.token', 'simadmin', false) \gset ignored_
SELECT moodle_fdw.add_instance('sim', :'sim_url', 'simadmin',
                               '{"retry_max_delay": "3s", "max_connections": 4}') \gset ignored_

-- Not quote_literal(): with a backslash it gives E'…', which no shell knows.
CREATE FUNCTION for_shell(word text) RETURNS text LANGUAGE sql AS
    $$ SELECT '''' || replace(word, '''', '''\''''') || '''' $$;
CREATE FUNCTION sim_ask(path text, data text DEFAULT NULL, method text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    answer text;
    command text := format('curl -s -m 20 %s %s %s', CASE WHEN method IS NULL THEN '' ELSE '-X ' || method END,
        CASE WHEN data IS NULL THEN '' ELSE '-d ' || for_shell(data) END,
        for_shell(current_setting('test.sim_url') || path));
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS heard (line text);
    DELETE FROM heard;
    EXECUTE format('COPY heard FROM PROGRAM %L (FORMAT csv, DELIMITER E''\x01'', QUOTE E''\x02'')', command);
    SELECT string_agg(line, E'\n') INTO answer FROM heard;
    RETURN answer;
END $$;

CREATE FUNCTION fault(VARIADIC faults text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    answer text := sim_ask('/__sim/faults', '[' || array_to_string(faults, ',') || ']');
BEGIN
    IF answer IS DISTINCT FROM 'ok' THEN
        RAISE EXCEPTION 'the simulated Moodle took no fault %: %', faults, answer;
    END IF;
END $$;
CREATE FUNCTION no_faults() RETURNS void LANGUAGE sql AS
    $$ SELECT sim_ask('/__sim/faults', method => 'DELETE') $$;
CREATE FUNCTION reset_stats() RETURNS void LANGUAGE sql AS
    $$ SELECT sim_ask('/__sim/reset', '{}') $$;
CREATE FUNCTION stat(name text) RETURNS bigint LANGUAGE sql AS
    $$ SELECT (sim_ask('/__sim/stats')::jsonb ->> name)::bigint $$;
CREATE FUNCTION calls_of(function text) RETURNS bigint LANGUAGE sql AS
    $$ SELECT coalesce((sim_ask('/__sim/stats')::jsonb -> 'by_function' ->> function)::bigint, 0) $$;

-- SQLSTATE, message and hint of what fails.
CREATE FUNCTION failure_of(query text, OUT state text, OUT message text, OUT hint text)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
                            hint = PG_EXCEPTION_HINT;
END $$;

SELECT no_faults() \gset ignored_
SELECT reset_stats() \gset ignored_
-- What an earlier file changed of the site, or left undone.
SELECT sim_ask('/__sim/set', '{"reset": 1}') \gset ignored_
