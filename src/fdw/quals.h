// Conditions of a query that Moodle can help with: found at planning, evaluated at execution,
// and always checked again by PostgreSQL.
#pragma once

#include "fdw/table_options.h"

namespace moodle_fdw::fdw {

// One condition on a column, with the expression that gives its value or values.
struct PushedQual {
    int column;  // position in table.columns
    enum Shape { Equal, AnyOf, Like, ILike, AtLeast, AtMost } shape;
    Expr* value;
};

// Whether `clause` is such a condition on relation `relid` (its other side free of the relation).
bool extract_qual(PlannerInfo* root, Expr* clause, Index relid, const TableDefinition& definition,
                  PushedQual& qual);

// The column of `clause` that the join clause would restrict, or -1: for parameterised paths.
int joinable_column(PlannerInfo* root, Expr* clause, Index relid,
                    const TableDefinition& definition);

// What the values are for the restriction builder: palloc'ed texts.
struct QualValues {
    int column;
    moodle::Restriction::Kind kind;
    bool usable;  // false: a pattern without a literal beginning
    int count;
    const char** texts;
};
QualValues values_of(const PushedQual& qual, Datum value, bool isnull);

}  // namespace moodle_fdw::fdw
