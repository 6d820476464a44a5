CREATE VIEW @extschema@.overview AS SELECT * FROM @extschema@.overview_rows();

COMMENT ON VIEW @extschema@.overview IS
    'all instances on one screen: how fresh (failing: steps of the last refresh did), how many people and courses, how well they do; trend = new grades and criteria a week, the last twelve weeks; problems = data checks that found something to mend';
